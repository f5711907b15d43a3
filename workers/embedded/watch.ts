// SPDX-License-Identifier: Apache-2.0
// Watches Temporal, its UI and the worker, and starts again what died. Ended by `down` before they are.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  findBackgroundProcess,
  recordOwnProcess,
  startBackgroundProcess,
  stopBackgroundProcess,
} from './background-process.ts';
import { asEmbeddedError } from './embedded-error.ts';
import { readBuildId } from './build-id.ts';
import type { Emit } from './supervise-events.ts';
import type { SuperviseSettings } from './supervise-settings.ts';

const NAME = 'watch';
/** Seconds between two looks. @source a dead worker must be back within a minute: a look is three reads of small files */
const LOOK_SECONDS = 5;
/** Seconds until the next try after one that failed: doubled from the time between two looks up to this. */
const RETRY_SECONDS_MAX = 60;

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

/** What a watch looks at and acts by; `supervision.ts` has both. */
export interface Watched {
  /** Names of the processes that should run and do not. */
  readonly dead: () => Promise<readonly string[]>;
  /** Starts whatever is dead. @throws EmbeddedError */
  readonly up: () => Promise<void>;
}

/** Looks until it is told to stop. Another watch of the state directory ends: there is one. `say` gets a line for each act. */
export async function watch(
  settings: SuperviseSettings,
  { dead, up }: Watched,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  const buildId = (await readBuildId(settings.buildIdFile)) ?? '';
  const command = [process.execPath, settings.watchEntry];
  await recordOwnProcess(settings.stateDirectory, NAME, { command, settings: { buildId } });
  const pause = (seconds: number): Promise<void> =>
    sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  let failures = 0;
  while (!signal.aborted) {
    // Nothing that it meets ends it: a record that cannot be read today may be mended tomorrow.
    failures = await revive({ dead, up }, say).then(
      () => 0,
      (error: unknown) => {
        const { message, hint } = asEmbeddedError(error);
        say(`${message}; ${hint}`);
        return failures + 1;
      },
    );
    await pause(Math.min(RETRY_SECONDS_MAX, LOOK_SECONDS * 2 ** failures));
  }
}

/** @throws what a look or a start meets */
async function revive({ dead, up }: Watched, say: (text: string) => void): Promise<void> {
  const found = await dead();
  if (found.length === 0) return;
  say(`not running: ${found.join(', ')}`);
  await up();
}
