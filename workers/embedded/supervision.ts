// SPDX-License-Identifier: Apache-2.0
// What is asked of a supervisor that changes something: up and down. Boxes are never touched.
import { join } from 'node:path';
import { configuredConnection } from './temporal/connection-settings.ts';
import type { ConnectionSettings } from './temporal/connection-settings.ts';
import { withExclusiveLock } from './exclusive-lock.ts';
import type { Emit, SuperviseEvent } from './supervise-events.ts';
import type { SuperviseSettings } from './supervise-settings.ts';
import { provideTemporalBinary } from './temporal/binary.ts';
import { EMBEDDED_NAMESPACE } from './temporal/server-facts.ts';
import { ensureTemporalServer, stopTemporalServer } from './temporal/server.ts';
import { ensureUi, stopUi } from './ui/process.ts';
import { withConnection } from './temporal/service.ts';
import { ensureWatch, stopWatch } from './watch.ts';
import { ensureWorker, findWorker, stopWorker } from './worker-process.ts';

/** Longest wait for another `up` or `down`, in seconds.
 * @source above the wait for a first build of the server, which happens under this lock */
const LOCK_WAIT_SECONDS = 1200;

/** Starts whatever is dead: the embedded Temporal (unless another one is configured) and the worker.
 * @idempotent two at once start each process once
 * @throws Failure of any kind; what was started by then keeps running */
export function up(settings: SuperviseSettings, emit: Emit): Promise<void> {
  return locked(settings, emit, async () => {
    const configured = configuredConnection(settings.environment);
    const connection = configured ?? (await embeddedConnection(settings, emit));
    if (configured !== undefined) await withConnection(configured.connectionOptions, async () => undefined);
    const uiLink = configured === undefined ? await ensureUi(settings, emit) : undefined;
    await ensureWorker(settings, connection, emit);
    await ensureWatch(settings, emit);
    const { mode, namespace, uiUrl } = connection;
    const ready: SuperviseEvent = {
      type: 'ready',
      address: connection.connectionOptions.address,
      namespace,
      mode,
    };
    const metricsUrl = (await findWorker(settings.stateDirectory))?.ready?.metricsUrl;
    emit({
      ...ready,
      ...(uiUrl !== undefined && { uiUrl }),
      ...(uiLink !== undefined && { uiLink }),
      ...(metricsUrl !== undefined && { metricsUrl }),
    });
  });
}

/** Stops the worker, then the embedded Temporal; database and ports stay, boxes go on.
 * @idempotent */
export function down(settings: SuperviseSettings, emit: Emit): Promise<void> {
  return locked(settings, emit, async () => {
    // First, or it would start again what is stopped here.
    await stopWatch(settings.stateDirectory, emit);
    await stopWorker(settings.stateDirectory, emit);
    await stopUi(settings.stateDirectory, emit);
    const stopped = await stopTemporalServer(settings.stateDirectory);
    if (stopped !== undefined) emit({ type: 'stopped', what: 'temporal', pid: stopped.pid });
  });
}

/** Ends one part, which the next `up` starts again. @idempotent */
export function endPart(settings: SuperviseSettings, part: string, emit: Emit): Promise<void> {
  return locked(settings, emit, async () => {
    if (part === 'worker') await stopWorker(settings.stateDirectory, emit);
    if (part === 'temporal') await stopTemporalServer(settings.stateDirectory);
  });
}

function locked(settings: SuperviseSettings, emit: Emit, work: () => Promise<void>): Promise<void> {
  const path = join(settings.stateDirectory, 'run', 'supervise.lock');
  const progress = (text: string) => emit({ type: 'progress', text });
  return withExclusiveLock(
    { path, purpose: 'starting or stopping holdfast', waitSeconds: LOCK_WAIT_SECONDS, progress },
    work,
  );
}

async function embeddedConnection(settings: SuperviseSettings, emit: Emit): Promise<ConnectionSettings> {
  const { stateDirectory, cacheDirectory, environment, guardEntry, userId } = settings;
  const progress = (text: string) => emit({ type: 'progress', text });
  const { process, address, uiUrl, started } = await ensureTemporalServer({
    stateDirectory,
    guardEntry,
    userId,
    environment,
    progress,
    provideBinary: () => provideTemporalBinary({ cacheDirectory, environment, progress }),
  });
  const what = 'temporal';
  emit(
    started
      ? { type: 'started', what, pid: process.pid, address }
      : { type: 'already-running', what, pid: process.pid },
  );
  return { mode: 'embedded', connectionOptions: { address }, namespace: EMBEDDED_NAMESPACE, uiUrl };
}
