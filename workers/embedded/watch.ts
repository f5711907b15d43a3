// SPDX-License-Identifier: Apache-2.0
// Watches Temporal, its UI and the worker, and starts again what died. Ended by `down` before they are.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  findBackgroundProcess,
  recordOwnProcess,
  startBackgroundProcess,
  stopBackgroundProcess,
} from './background-process.ts';
import { readBuildId } from './build-id.ts';
import { asCommandFailure, type Emit } from './supervise-events.ts';
import type { SuperviseSettings } from './supervise-settings.ts';

const NAME = 'watch';
/** Seconds between two looks. @source a dead worker must be back within a minute: a look is three reads of small files */
const LOOK_SECONDS = 5;
/** Seconds until the next try after one that failed: doubled from the time between two looks up to this. */
const RETRY_SECONDS_MAX = 60;
/** Seconds between two looks at whether the parts work and schedules begin. */
const CARE_SECONDS = 60;
/** Seconds for which nothing could be brought back until people are told. @source a loaded machine takes two minutes for a start */
const OUTAGE_SECONDS = 300;

/** `HOLDFAST_WATCH=off`: what dies stays dead until the next command, for tests and for those who look into it. */
const isOff = (environment: Readonly<Record<string, string>>): boolean =>
  environment['HOLDFAST_WATCH'] === 'off';

/** Makes a watch of the present build run. Call it under the lock, last. @idempotent */
export async function ensureWatch(settings: SuperviseSettings, emit: Emit): Promise<void> {
  const { stateDirectory, cacheDirectory, environment, watchEntry } = settings;
  if (isOff(environment)) return;
  const buildId = (await readBuildId(settings.buildIdFile)) ?? '';
  const running = await findBackgroundProcess(stateDirectory, NAME);
  // A watch that calls this itself goes on, whatever build lies there by now.
  if (running?.pid === process.pid || running?.settings['buildId'] === buildId) {
    emit({ type: 'already-running', what: NAME, pid: running.pid });
    return;
  }
  await stopWatch(stateDirectory, emit);
  const { pid } = await startBackgroundProcess({
    stateDirectory,
    name: NAME,
    command: [process.execPath, watchEntry],
    environment: { ...environment, HOLDFAST_STATE: stateDirectory, HOLDFAST_CACHE: cacheDirectory },
    settings: { buildId },
  });
  emit({ type: 'started', what: NAME, pid });
}

/** @idempotent */
export async function stopWatch(stateDirectory: string, emit: Emit): Promise<void> {
  const stopped = await stopBackgroundProcess(stateDirectory, NAME);
  if (stopped !== undefined) emit({ type: 'stopped', what: NAME, pid: stopped.pid });
}

/** What a watch looks at and acts by; `supervision.ts` has all but the notices. */
export interface Watched {
  /** Names of the processes that should run and do not. */
  readonly dead: () => Promise<readonly string[]>;
  /** Starts whatever is dead. @throws Failure */
  readonly up: () => Promise<void>;
  /** Names of the processes that run and have shown no sign of life for too long. */
  readonly silent: () => Promise<readonly string[]>;
  /** Ends one of those. @throws Failure */
  readonly end: (part: string) => Promise<void>;
  /** Told when nothing could be brought back for a while; null when all runs again. */
  readonly tell: (cause: string | null) => Promise<void>;
  /** Looks for scheduled runs that did not begin, and tells of them. */
  readonly lookAtSchedules: () => Promise<void>;
}

/** Looks until it is told to stop. Another watch of the state directory ends: there is one. `say` gets a line for each act. */
export async function watch(
  settings: SuperviseSettings,
  watched: Watched,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const buildId = (await readBuildId(settings.buildIdFile)) ?? '';
  const command = [process.execPath, settings.watchEntry];
  await recordOwnProcess(settings.stateDirectory, NAME, { command, settings: { buildId } });
  await lookUntil(signal, watched, say, (seconds) =>
    sleep(seconds * 1000, undefined, { signal }).catch(() => undefined),
  );
}

/** The looks themselves, for a watch and for its tests. */
export async function lookUntil(
  signal: AbortSignal,
  watched: Watched,
  say: (text: string) => void,
  pause: (seconds: number) => Promise<void>,
): Promise<void> {
  let failures = 0;
  let failingSeconds = 0;
  let sinceCareSeconds = 0;
  while (!signal.aborted) {
    // Nothing that it meets ends it: a record that cannot be read today may be mended tomorrow.
    const cause = await causeOf(() => revive(watched, say), say);
    failures = cause === null ? 0 : failures + 1;
    if (cause === null) failingSeconds = 0;
    if (cause === null || failingSeconds >= OUTAGE_SECONDS) await watched.tell(cause);
    if (cause === null && sinceCareSeconds >= CARE_SECONDS) {
      sinceCareSeconds = 0;
      await causeOf(() => care(watched, say), say);
    }
    const seconds = Math.min(RETRY_SECONDS_MAX, LOOK_SECONDS * 2 ** failures);
    await pause(seconds);
    sinceCareSeconds += seconds;
    if (cause !== null) failingSeconds += seconds;
  }
}

/** Null when it succeeds; says why when it does not. */
async function causeOf(work: () => Promise<void>, say: (text: string) => void): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    const { message, hint } = asCommandFailure(error).toStepFailure();
    say(`${message}; ${hint}`);
    return message;
  }
}

/** @throws what a look or a start meets */
async function revive({ dead, up }: Watched, say: (text: string) => void): Promise<void> {
  const found = await dead();
  if (found.length === 0) return;
  say(`not running: ${found.join(', ')}`);
  await up();
}

/** Ends what lives and does nothing, so that the next look starts it again. @throws what a look or an end meets */
async function care({ silent, end, lookAtSchedules }: Watched, say: (text: string) => void): Promise<void> {
  for (const part of await silent()) {
    say(`ended, since it gave no sign of life: ${part}`);
    await end(part);
  }
  await lookAtSchedules();
}
