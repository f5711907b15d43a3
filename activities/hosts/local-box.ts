// SPDX-License-Identifier: Apache-2.0
// Finds a local box's first process and runs commands in its namespaces. Boots and stops nothing.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../clients/failure.ts';
import { readText } from '../clients/state/local-files.ts';
import { boxDirectory } from './places.ts';
import { startTimeOf } from './process-start.ts';
import { hostEnvironment, spawn, type Transport } from './transport.ts';

/** The pid on this machine of the box's own pid 1; null while the box is off. */
export async function leaderOf(box: string): Promise<number | null> {
  const supervisor = await supervisorOf(box);
  if (supervisor === null) return null;
  for (const child of await childrenOf(supervisor)) {
    const status = await readFile(`/proc/${child}/status`, 'utf8').catch(() => '');
    const pids = /^NSpid:\s+(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
    if (pids.length > 1 && pids.at(-1) === '1') return child;
  }
  return null;
}

/**
 * The systemd-nspawn process of a box, checked by its start time and its words; null when it is gone. The record is a
 * short way: where it is absent, damaged or old the processes themselves are asked, since a box that runs must not be taken
 * for one that is off.
 */
export async function supervisorOf(box: string): Promise<number | null> {
  const recorded = await readText(join(boxDirectory(box), 'supervisor')).catch(() => null);
  const [, pid, startTime] = /^(\d+) (\d+)$/.exec(recorded?.trim() ?? '') ?? [];
  const isSame = pid !== undefined && (await startTimeOf(Number(pid))) === startTime;
  return isSame && (await supervises(Number(pid), box)) ? Number(pid) : findSupervisor(box);
}

async function findSupervisor(box: string): Promise<number | null> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  for (const pid of pids) if (await isNspawnOf(pid, box)) return pid;
  return null;
}

/** While it prepares the box's mounts it is still the shell that becomes systemd-nspawn. */
async function supervises(pid: number, box: string): Promise<boolean> {
  const words = await wordsOf(pid);
  const begins = words.indexOf('holdfast-box');
  return (begins > 0 && words[begins + 1] === box) || isNspawnOf(pid, box);
}

async function isNspawnOf(pid: number, box: string): Promise<boolean> {
  const [program = '', ...words] = await wordsOf(pid);
  const isNspawn = program === 'systemd-nspawn' || program.endsWith('/systemd-nspawn');
  return isNspawn && words.includes(`--machine=${box}`) && (await startTimeOf(pid)) !== null;
}

async function wordsOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.split('\0');
}

async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** The argv that runs another inside the box whose first process is `leader`, with nothing of our own environment. */
export function insideBox(leader: number, argv: readonly string[]): string[] {
  // --root: a supervisor that runs in a chroot leaves its own root at the top of the box's mounts.
  const spaces = ['--mount', '--root', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
  const environment = Object.entries(hostEnvironment).map(([key, value]) => `${key}=${value}`);
  return ['nsenter', `--target=${leader}`, ...spaces, '--', 'env', '-i', ...environment, ...argv];
}

export function localBox(box: string): Transport {
  const name = `box ${box}`;
  return {
    name,
    run: async (argv, options) => {
      const leader = await leaderOf(box);
      if (leader === null) {
        throw new Failure('Unreachable', `Box ${box} is off`, {
          on: name,
          hint: `holdfast box install ${box} brings it back`,
        });
      }
      const outcome = await spawn(name, insideBox(leader, argv), options);
      // nsenter's own failures: the box went down between finding and entering it.
      if (outcome.exitCode !== 0 && outcome.stderr.startsWith('nsenter: ')) {
        throw new Failure('Unreachable', `Box ${box} could not be entered`, {
          on: name,
          cause: outcome.stderr.trim(),
        });
      }
      return outcome;
    },
  };
}
