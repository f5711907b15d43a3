// SPDX-License-Identifier: Apache-2.0
// What a support bundle says of the machine: the output of programs that only read, and the ends of our logs.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { readTail } from '../../embedded/log-tail.ts';
import { boxPrograms } from '../../package/debian-control.mjs';

/** One file of the bundle. `read` may fail: its place then says why. */
export interface SupportEntry {
  readonly name: string;
  readonly read: () => Promise<string>;
}

/** Of each log. @source half a MiB is a day of a worker that fails once a minute */
const tailBytes = 512 * 1024;

/** No program of these asks the network; the slowest walks all mounts. */
const commandSeconds = 20;

const commands: Readonly<Record<string, readonly string[]>> = {
  'kernel.txt': ['uname', '-a'],
  'system.txt': ['cat', '/etc/os-release'],
  'uptime.txt': ['uptime'],
  'memory.txt': ['cat', '/proc/meminfo'],
  'pressure.txt': ['grep', '', '/proc/pressure/cpu', '/proc/pressure/memory', '/proc/pressure/io'],
  'disks.txt': ['df', '-h'],
  'mounts.txt': ['cat', '/proc/self/mountinfo'],
  'links.txt': ['ip', '-details', 'addr'],
  'routes.txt': ['ip', 'route', 'show', 'table', 'all'],
  'rules.txt': ['ip', 'rule'],
  'firewall.txt': ['nft', 'list', 'ruleset'],
  'forwarding.txt': ['sysctl', 'net.ipv4.ip_forward', 'net.ipv4.conf.all.rp_filter'],
  'processes.txt': ['ps', '-eo', 'pid,ppid,stat,etimes,rss,comm'],
  'packages.txt': ['dpkg-query', '-W', 'nodejs', ...Object.values(boxPrograms)],
};

export function machineEntries(): SupportEntry[] {
  return Object.entries(commands).map(([name, [file = '', ...args]]) => ({
    name: `machine/${name}`,
    read: async () => {
      const { stdout, stderr, exitCode } = await execa(file, args, {
        reject: false,
        timeout: commandSeconds * 1000,
        stdin: 'ignore',
      });
      return exitCode === 0 ? stdout : `${stdout}\n${stderr}\n(exit code ${exitCode ?? 'none'})`;
    },
  }));
}

/** The ends of all logs of a state directory. */
export async function logEntries(stateDirectory: string): Promise<SupportEntry[]> {
  const folder = join(stateDirectory, 'logs');
  const names = await readdir(folder).catch(() => []);
  return names.sort().map((name) => ({ name: `logs/${name}`, read: () => tailOf(join(folder, name)) }));
}

/** The end of a file that may be long. */
export const tailOf = (path: string): Promise<string> => readTail(path, tailBytes);
