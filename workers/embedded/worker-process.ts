// SPDX-License-Identifier: Apache-2.0
// Keeps one worker of the bundle at hand running, and waits for its word that it polls. Does no work of its own.
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../../activities/clients/failure.ts';
import {
  findBackgroundProcess,
  isAlive,
  logPath,
  startBackgroundProcess,
  stopBackgroundProcess,
} from './background-process.ts';
import type { BackgroundProcess } from './background-process.ts';
import { readBuildId } from './build-id.ts';
import type { ConnectionSettings } from './temporal/connection-settings.ts';
import { readJsonFile } from './json-file.ts';
import { withProgress } from './progress.ts';
import { readRedactedTail } from './redacted-log-tail.ts';
import type { Emit } from './supervise-events.ts';
import type { SuperviseSettings } from './supervise-settings.ts';

const NAME = 'worker';
/** Longest wait for the worker to say that it polls, in seconds. */
const READY_WAIT_SECONDS = 30;
/** Longest wait for a worker to let go of its tasks, in seconds.
 * @source above the 10 s heartbeat that every activity keeps, so that each hears of the shutdown */
const STOP_GRACE_SECONDS = 30;
const POLL_MILLISECONDS = 50;
/** Threads on which Node writes and syncs files. Node's default is 4, which waits for disks block at once.
 * @source with 24 a fetch of 100 files of 1 MB took half of the time that it took with 4 */
export const WORKER_THREADS = 16;

const readySchema = z.object({
  pid: z.number().int(),
  identity: z.string(),
  buildId: z.string(),
  metricsUrl: z.string().optional(),
});

/** What a worker writes to `<state>/run/worker.ready.json` once it polls. */
export type WorkerReady = z.infer<typeof readySchema>;

/** Returns the path at which a worker says that it polls. */
export function workerReadyPath(stateDirectory: string): string {
  return join(stateDirectory, 'run', 'worker.ready.json');
}

/** Returns the live worker and what it said of itself, if anything; undefined when none runs. */
export async function findWorker(
  stateDirectory: string,
): Promise<{ process: BackgroundProcess; ready?: WorkerReady } | undefined> {
  const running = await findBackgroundProcess(stateDirectory, NAME);
  if (running === undefined) return undefined;
  const ready = await readJsonFile(workerReadyPath(stateDirectory), readySchema);
  // A word left behind by an earlier worker says nothing of this one.
  return ready?.pid === running.pid ? { process: running, ready } : { process: running };
}

/** Makes a worker of the present bundle run against the given Temporal and waits up to 30 s until it polls.
 * One of another build or for another Temporal is stopped gracefully first. Call it under the lock.
 * @idempotent
 * @throws Failure `PreconditionFailed` with the log's last lines when it dies or does not get ready */
export async function ensureWorker(
  settings: SuperviseSettings,
  connection: ConnectionSettings,
  emit: Emit,
): Promise<void> {
  const { stateDirectory } = settings;
  const buildId = await readBuildId(settings.buildIdFile);
  const running = await findWorker(stateDirectory);
  const why = running === undefined ? undefined : reasonToRestart(running, connection, buildId);
  if (running !== undefined && why === undefined) {
    await waitUntilReady(stateDirectory, running.process, emit);
    emit({ type: 'already-running', what: NAME, pid: running.process.pid });
    return;
  }
  if (why !== undefined) {
    emit({ type: 'progress', text: `restarting the worker: ${why}` });
    await stopWorker(stateDirectory, emit);
  }
  const started = await startWorker(settings, connection, buildId);
  emit({ type: 'started', what: NAME, pid: started.pid });
  await waitUntilReady(stateDirectory, started, emit);
}

/** Stops the worker, giving it 30 s to let go of its tasks; says so when one ran.
 * @idempotent */
export async function stopWorker(stateDirectory: string, emit: Emit): Promise<void> {
  const stopped = await withProgress(
    (text) => emit({ type: 'progress', text }),
    (seconds) => `waiting for the worker to let go of its tasks, ${seconds} s so far`,
    () => stopBackgroundProcess(stateDirectory, NAME, STOP_GRACE_SECONDS),
  );
  await rm(workerReadyPath(stateDirectory), { force: true });
  if (stopped !== undefined) emit({ type: 'stopped', what: NAME, pid: stopped.pid });
}

function reasonToRestart(
  { process: { settings }, ready }: { process: BackgroundProcess; ready?: WorkerReady },
  connection: ConnectionSettings,
  buildId: string | undefined,
): string | undefined {
  const { address } = connection.connectionOptions;
  if (settings['address'] !== address || settings['namespace'] !== connection.namespace) {
    return `it works for ${settings['address']} (${settings['namespace']}), now ${address} (${connection.namespace}) is meant`;
  }
  const runningBuildId = ready?.buildId ?? settings['buildId'];
  if (buildId === undefined || runningBuildId === undefined || runningBuildId === buildId) return undefined;
  return `it runs build ${runningBuildId}, the program at hand is build ${buildId}`;
}

async function startWorker(
  { stateDirectory, cacheDirectory, workerEntry, environment }: SuperviseSettings,
  connection: ConnectionSettings,
  buildId: string | undefined,
): Promise<BackgroundProcess> {
  await access(workerEntry).catch((cause: unknown) => {
    throw new Failure(
      'PreconditionFailed',
      `There is no worker program at ${workerEntry}; the worker was not started`,
      { on: workerEntry, hint: 'Build it with: npm run build', cause },
    );
  });
  await rm(workerReadyPath(stateDirectory), { force: true });
  return startBackgroundProcess({
    stateDirectory,
    name: NAME,
    command: [process.execPath, workerEntry],
    environment: {
      ...(connection.mode === 'embedded' ? embeddedEnvironment(environment, connection) : environment),
      HOLDFAST_STATE: stateDirectory,
      HOLDFAST_CACHE: cacheDirectory,
      UV_THREADPOOL_SIZE: String(WORKER_THREADS),
    },
    settings: {
      address: connection.connectionOptions.address,
      namespace: connection.namespace,
      ...(buildId !== undefined && { buildId }),
    },
  });
}

function embeddedEnvironment(
  environment: Readonly<Record<string, string>>,
  connection: ConnectionSettings,
): Record<string, string> {
  const others = Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_'));
  return {
    ...Object.fromEntries(others),
    TEMPORAL_ADDRESS: connection.connectionOptions.address,
    TEMPORAL_NAMESPACE: connection.namespace,
    // A client profile without an address may still hold TLS settings or a key, which are not for this server.
    TEMPORAL_CONFIG_FILE: '/dev/null',
  };
}

async function waitUntilReady(stateDirectory: string, worker: BackgroundProcess, emit: Emit): Promise<void> {
  const deadlineMilliseconds = performance.now() + READY_WAIT_SECONDS * 1000;
  await withProgress(
    (text) => emit({ type: 'progress', text }),
    (seconds) => `waiting for the worker (pid ${worker.pid}) to be ready, ${seconds} s so far`,
    async () => {
      while (isAlive(worker) && performance.now() < deadlineMilliseconds) {
        const ready = await readJsonFile(workerReadyPath(stateDirectory), readySchema);
        if (ready?.pid === worker.pid) return;
        await sleep(POLL_MILLISECONDS);
      }
      const path = logPath(stateDirectory, NAME);
      const fate = isAlive(worker)
        ? `runs but is not ready after ${READY_WAIT_SECONDS} s`
        : 'ended before it was ready';
      throw new Failure(
        'PreconditionFailed',
        `The worker (pid ${worker.pid}) ${fate}; last lines of ${path}:\n${await readRedactedTail(path)}`,
        { on: path, hint: `Read ${path}, mend what it says, then run: holdfast up` },
      );
    },
  );
}
