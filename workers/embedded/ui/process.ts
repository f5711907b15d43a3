// SPDX-License-Identifier: Apache-2.0
// Makes the program in front of Temporal's web UI run beside the embedded server, and gives the link that lets one in.
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../activities/clients/failure.ts';
import {
  findBackgroundProcess,
  isAlive,
  logPath,
  startBackgroundProcess,
  stopBackgroundProcess,
  type BackgroundProcess,
} from '../background-process.ts';
import { readBuildId } from '../build-id.ts';
import { hasListener } from '../border/listening-process.ts';
import { readRedactedTail } from '../redacted-log-tail.ts';
import type { Emit } from '../supervise-events.ts';
import type { SuperviseSettings } from '../supervise-settings.ts';
import { chooseTemporalPorts, requireFreePorts } from '../temporal/ports.ts';
import { embeddedUiUrl } from '../temporal/server-facts.ts';
import { ensureUiToken } from './token.ts';

const NAME = 'ui';
/** Longest wait for it to listen, in seconds. @source measured 0.2 s; a busy machine takes many times that */
const LISTEN_WAIT_SECONDS = 20;
const POLL_MILLISECONDS = 50;

/** Returns the link that lets a browser in. Call it under the lock, once the server runs.
 * @idempotent
 * @throws Failure `Conflict` when its port is taken, `PreconditionFailed` when it does not get ready */
export async function ensureUi(settings: SuperviseSettings, emit: Emit): Promise<string> {
  const { stateDirectory, cacheDirectory, environment, uiEntry } = settings;
  const token = await ensureUiToken(stateDirectory);
  const ports = await chooseTemporalPorts(stateDirectory);
  const link = `${embeddedUiUrl(ports)}/?token=${token}`;
  const buildId = (await readBuildId(settings.buildIdFile)) ?? '';
  const running = await findUi(stateDirectory);
  if (running?.settings['buildId'] === buildId) {
    emit({ type: 'already-running', what: NAME, pid: running.pid });
    return link;
  }
  // One of another build does not know what this one answers.
  await stopUi(stateDirectory, emit);
  await requireFreePorts(stateDirectory, [ports.uiPort]);
  const started = await startBackgroundProcess({
    stateDirectory,
    name: NAME,
    command: [process.execPath, uiEntry, stateDirectory],
    // The command line that it runs needs what that of a person has: programs, proxies, the cache.
    environment: { ...environment, HOLDFAST_STATE: stateDirectory, HOLDFAST_CACHE: cacheDirectory },
    settings: { buildId },
  });
  const deadlineMilliseconds = performance.now() + LISTEN_WAIT_SECONDS * 1000;
  while (isAlive(started) && performance.now() < deadlineMilliseconds) {
    if (hasListener(ports.uiPort)) {
      emit({ type: 'started', what: NAME, pid: started.pid });
      return link;
    }
    await sleep(POLL_MILLISECONDS);
  }
  const path = logPath(stateDirectory, NAME);
  throw new Failure(
    'PreconditionFailed',
    `The program in front of the web UI (pid ${started.pid}) does not listen; last lines of ${path}:\n${await readRedactedTail(path)}`,
    { on: path, hint: `Read ${path}, mend what it says, then run: holdfast up` },
  );
}

/** Undefined when none runs. */
export function findUi(stateDirectory: string): Promise<BackgroundProcess | undefined> {
  return findBackgroundProcess(stateDirectory, NAME);
}

/** @idempotent */
export async function stopUi(stateDirectory: string, emit: Emit): Promise<void> {
  const stopped = await stopBackgroundProcess(stateDirectory, NAME);
  if (stopped !== undefined) emit({ type: 'stopped', what: NAME, pid: stopped.pid });
}
