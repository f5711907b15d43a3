// SPDX-License-Identifier: Apache-2.0
// Runs the embedded Temporal behind a rule by which only its owner reaches its ports; neither outlives the other.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ephemeralPorts, listeningPorts, listeningPortsOf } from './listening-ports.ts';
import { readMetricsPort } from '../temporal/metrics-address.ts';
import { OwnerRule } from './owner-rule.ts';
import { ownerTableOf } from './owner-rule-state.ts';
import { portRange, portsOutside, rangeWithout, type PortRange } from './port-ranges.ts';
import { readTemporalPorts } from '../temporal/ports.ts';

export interface GuardedTemporal {
  readonly stateDirectory: string;
  readonly userId: number;
  /** The server's program and its arguments. */
  readonly command: readonly string[];
  /** Resolves when the server is to end. */
  readonly told: Promise<void>;
  /** Writes a line into the server's log. */
  readonly say: (line: string) => void;
}

/** How long the server's ports have to stay the same before the rule is about them alone, in milliseconds.
 * @source the server opens its last port 0.4 s after its first one; five times that */
const SETTLED_MILLISECONDS = 2000;
const STARTING_POLL_MILLISECONDS = 100;
/** @source a worker that chose another port for its metrics waits that long for the rule */
const POLL_MILLISECONDS = 500;

/**
 * Resolves with the server's exit code once it has ended.
 * The server takes ports that nobody can know before: until they are known the rule is about all that the kernel gives
 * away, without those on which others listen already.
 * @throws Failure when the rule cannot be laid; then no server was started
 */
export async function guardTemporal({
  stateDirectory,
  userId,
  command,
  told,
  say,
}: GuardedTemporal): Promise<number> {
  const fixed = await fixedPorts(stateDirectory);
  const given = rangeWithout(ephemeralPorts(), listeningPorts());
  const rule = await OwnerRule.lay(ownerTableOf(stateDirectory), userId, [...fixed, ...given]);
  // The kernel ends the server with this process, whatever ends that: without its rule it must not run.
  const server = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise<number>((resolve) => {
    server.once('error', ({ message }) => {
      say(`setpriv could not start the server: ${message}`);
      resolve(1);
    });
    server.once('exit', (code) => resolve(code ?? 1));
  });
  const lost = rule.ended.then((said) => {
    if (server.exitCode === null && server.signalCode === null)
      throw new Error(`The rule that keeps other users off the ports of Temporal is gone: ${said}`);
  });
  void told.then(() => server.kill('SIGTERM'));
  try {
    const watched = server.pid === undefined ? ended : follow(stateDirectory, rule, server.pid, ended);
    return await Promise.race([ended, Promise.all([watched, lost]).then(() => ended)]);
  } finally {
    server.kill('SIGKILL');
    await ended;
    rule.close();
  }
}

/** Keeps the rule about the ports of the server and of the state directory, until the server has ended. */
async function follow(
  stateDirectory: string,
  rule: OwnerRule,
  pid: number,
  ended: Promise<number>,
): Promise<void> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  await settled(stateDirectory, pid, () => isOver);
  let covered: PortRange[] = [];
  while (!isOver) {
    const fixed = await fixedPorts(stateDirectory);
    const wanted = [...fixed, ...listeningPortsOf(pid).map(portRange)];
    const isNew =
      portsOutside(
        covered,
        wanted.map(({ first }) => first),
      ).length > 0;
    if (isNew && !isOver) {
      await rule.cover(wanted);
      covered = wanted;
    }
    await Promise.race([sleep(POLL_MILLISECONDS), ended]);
  }
}

/** Returns once the server listens where clients look for it and opens no further port. */
async function settled(stateDirectory: string, pid: number, isOver: () => boolean): Promise<void> {
  const client = (await readTemporalPorts(stateDirectory))?.port ?? 0;
  let seen = '';
  let sinceMilliseconds = performance.now();
  while (!isOver()) {
    const ports = listeningPortsOf(pid);
    if (ports.join() !== seen) {
      seen = ports.join();
      sinceMilliseconds = performance.now();
    }
    if (ports.includes(client) && performance.now() - sinceMilliseconds > SETTLED_MILLISECONDS) return;
    await sleep(STARTING_POLL_MILLISECONDS);
  }
}

async function fixedPorts(stateDirectory: string): Promise<PortRange[]> {
  const ports = await readTemporalPorts(stateDirectory);
  const metrics = await readMetricsPort(stateDirectory);
  return [ports?.port, ports?.serverUiPort, metrics].flatMap((port) =>
    port === undefined ? [] : [portRange(port)],
  );
}
