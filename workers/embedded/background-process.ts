// SPDX-License-Identifier: Apache-2.0
// Starts, recognises and stops processes that outlive their starter. Does not restart or judge them.
import { spawn } from 'node:child_process';
import { access, chmod, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../../activities/clients/failure.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { identifyProcess, isSameProcess, processIdentitySchema } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';

const recordSchema = processIdentitySchema.extend({
  command: z.array(z.string()),
  startedAt: z.string(),
  settings: z.record(z.string(), z.string()),
});

/** A started process as recorded in `<state>/run/<name>.json`. */
export type BackgroundProcess = z.infer<typeof recordSchema>;

export interface StartBackgroundProcess {
  stateDirectory: string;
  /** Names the record and the log; one process per name. */
  name: string;
  /** Program and arguments; they are recorded and visible to all, so they hold no secret. */
  command: readonly [string, ...string[]];
  /** The whole environment of the process; nothing is inherited. */
  environment: Readonly<Record<string, string>>;
  /** Facts recorded with the process, such as the address it was given; no secret. */
  settings?: Record<string, string>;
}

/** Longest wait for a SIGKILLed process to leave, in seconds.
 * @source generous: only a process stuck in the kernel survives SIGKILL for more than a moment */
const KILL_WAIT_SECONDS = 10;
const POLL_MILLISECONDS = 50;

/** Returns the path of a background process's log. */
export function logPath(stateDirectory: string, name: string): string {
  return join(stateDirectory, 'logs', `${name}.log`);
}

function recordPath(stateDirectory: string, name: string): string {
  return join(stateDirectory, 'run', `${name}.json`);
}

/** Returns the recorded process when it is alive now, else undefined. */
export async function findBackgroundProcess(
  stateDirectory: string,
  name: string,
): Promise<BackgroundProcess | undefined> {
  const recorded = await readJsonFile(recordPath(stateDirectory, name), recordSchema);
  return recorded !== undefined && isAlive(recorded) ? recorded : undefined;
}

/** Returns whether a process of this name was started and never stopped: it runs, or it died. */
export function isRecorded(stateDirectory: string, name: string): Promise<boolean> {
  return access(recordPath(stateDirectory, name)).then(
    () => true,
    () => false,
  );
}

/** Returns whether exactly this process runs: number, start time and boot agree, and it is no zombie. */
export function isAlive(recorded: BackgroundProcess): boolean {
  return isSameProcess(recorded);
}

/** Starts a process in a session of its own (cwd `/`, no stdin, output appended to its log, 0600) and records it.
 * @throws Failure `Conflict` when the name's process is alive, `PreconditionFailed` when it cannot be started */
export async function startBackgroundProcess(options: StartBackgroundProcess): Promise<BackgroundProcess> {
  const { stateDirectory, name, command } = options;
  const running = await findBackgroundProcess(stateDirectory, name);
  if (running !== undefined) {
    throw new Failure('Conflict', `${name} already runs as pid ${running.pid}`, {
      on: name,
      hint: 'Stop it first: holdfast down',
    });
  }
  const identity = await spawnDetached(options);
  const record: BackgroundProcess = {
    ...identity,
    command: [...command],
    startedAt: new Date().toISOString(),
    settings: options.settings ?? {},
  };
  await writeJsonFile(recordPath(stateDirectory, name), record);
  return record;
}

/** Records the process that calls it under a name, after ending the one that had it. */
export async function recordOwnProcess(
  stateDirectory: string,
  name: string,
  { command, settings }: Pick<BackgroundProcess, 'command' | 'settings'>,
): Promise<void> {
  const other = await findBackgroundProcess(stateDirectory, name);
  if (other?.pid === process.pid) return;
  await stopBackgroundProcess(stateDirectory, name);
  const identity = identifyProcess(process.pid);
  if (identity === undefined)
    throw new Failure('Invariant', 'This process has no entry below /proc', {
      on: '/proc',
      hint: 'Mount /proc',
    });

  const record: BackgroundProcess = {
    ...identity,
    command,
    startedAt: new Date().toISOString(),
    settings,
  };
  await writeJsonFile(recordPath(stateDirectory, name), record);
}

async function spawnDetached(options: StartBackgroundProcess): Promise<ProcessIdentity> {
  const { stateDirectory, name, command } = options;
  const path = logPath(stateDirectory, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const log = await open(path, 'a', 0o600);
  try {
    await chmod(path, 0o600);
    const [program, ...words] = command;
    // The log is handed over as a descriptor, for a pipe through this process would end with it. Not by execa,
    // which takes no descriptor above 9 and holds on to a child that we want to let go.
    const child = spawn(program, words, {
      detached: true,
      cwd: '/',
      env: { ...options.environment },
      stdio: ['ignore', log.fd, log.fd],
    });
    const failed = new Promise<unknown>((resolve) => child.once('error', resolve));
    child.unref();
    const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
    if (identity !== undefined) return identity;
    throw new Failure('PreconditionFailed', `${name} could not be started with ${program}`, {
      on: name,
      hint: `Look at ${path} and whether ${program} can be run, then run the command again`,
      cause: child.pid === undefined ? await failed : new Error('it ended at once'),
    });
  } finally {
    await log.close();
  }
}

/** Ends the recorded process: SIGTERM to it, after the grace SIGKILL to its group; returns it, or undefined if none ran.
 * Never signals a process number that is not the recorded process.
 * @idempotent without a live recorded process it only removes the record
 * @default graceSeconds 10
 * @throws Failure `Invariant` when it survives SIGKILL */
export async function stopBackgroundProcess(
  stateDirectory: string,
  name: string,
  graceSeconds = 10,
): Promise<BackgroundProcess | undefined> {
  const recorded = await findBackgroundProcess(stateDirectory, name);
  if (recorded !== undefined) {
    signal(recorded, recorded.pid, 'SIGTERM');
    if (!(await waitUntilGone(recorded, graceSeconds))) {
      signal(recorded, -recorded.pid, 'SIGKILL');
      if (!(await waitUntilGone(recorded, KILL_WAIT_SECONDS))) {
        throw new Failure(
          'Invariant',
          `${name} (pid ${recorded.pid}) survived SIGKILL for ${KILL_WAIT_SECONDS} s and still runs`,
          { on: name, hint: `See what it waits for: cat /proc/${recorded.pid}/stack` },
        );
      }
    }
  }
  await rm(recordPath(stateDirectory, name), { force: true });
  return recorded;
}

function signal(recorded: BackgroundProcess, target: number, name: 'SIGTERM' | 'SIGKILL'): void {
  // Asked again right before the signal, since the number may have changed hands during the grace.
  if (!isAlive(recorded)) return;
  try {
    process.kill(target, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function waitUntilGone(recorded: BackgroundProcess, seconds: number): Promise<boolean> {
  const deadlineMilliseconds = performance.now() + seconds * 1000;
  while (isAlive(recorded)) {
    if (performance.now() > deadlineMilliseconds) return false;
    await sleep(POLL_MILLISECONDS);
  }
  return true;
}
