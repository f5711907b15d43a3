// SPDX-License-Identifier: Apache-2.0
// Wires one worker of the queue `holdfast-control` and polls until it is told to stop. Reads no environment itself.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { failingVisibly } from './failed-activity.ts';
import { createActivities } from '../activities/index.ts';
import { taskQueue } from '../workflows/contracts/run/messages.ts';
import { composeClients } from './compose.ts';
import { connectionSettings } from './embedded/temporal/connection-settings.ts';
import { writeJsonFile } from './embedded/json-file.ts';
import { metricsAddress, metricsUrlOf } from './embedded/temporal/metrics-address.ts';
import { isEmbeddedAddress } from './embedded/temporal/ports.ts';
import { registerSearchAttributes } from './embedded/temporal/search-attributes.ts';
import { pipOf, proxiesOf, superviseSettings } from './embedded/supervise-settings.ts';
import { workerReadyPath } from './embedded/worker-process.ts';
import { installRuntime } from './worker-runtime.ts';
import { reportActivity } from './report-activity.ts';
import { readBundle } from './workflow-bundle.ts';

export interface WorkerSurroundings {
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of dist/. */
  readonly programDirectory: string;
  readonly homeDirectory: string;
  readonly userId: number;
  readonly pid: number;
  /** Over our own; the crash lab of the tests has shorter time-outs. */
  readonly options?: Partial<WorkerOptions>;
}

/** Seconds; the library's own bounds are of milliseconds. @source a phase takes 0.3 s to 5 min, which is its longest wait */
const phaseSecondsBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300];

const metricsOptions = (bindAddress: string) => ({
  metrics: {
    prometheus: {
      bindAddress,
      histogramBucketOverrides: { holdfast_canary_phase_duration_seconds: phaseSecondsBounds },
    },
  },
});

/** Resolves once the worker was told to stop and has let go of its tasks. */
export async function runWorker(surroundings: WorkerSurroundings): Promise<void> {
  const { environment, programDirectory, pid, options } = surroundings;
  const { stateDirectory, cacheDirectory } = superviseSettings(surroundings);
  const buildId = readFileSync(join(programDirectory, 'build-id'), 'utf8').trim();
  const { connectionOptions, namespace } = await connectionSettings(environment, stateDirectory);
  const isGuarded = await isEmbeddedAddress(stateDirectory, connectionOptions.address);
  const { userId } = surroundings;
  const metrics = await installRuntime(
    () => metricsAddress({ environment, stateDirectory, userId, isGuarded }),
    (address) =>
      Runtime.install({
        logger: new DefaultLogger('INFO'),
        shutdownSignals: ['SIGTERM', 'SIGINT'],
        ...(address !== null && { telemetryOptions: metricsOptions(address) }),
      }),
  );
  const proxies = proxiesOf(environment);
  const pip = pipOf(environment);
  const code = readBundle(programDirectory);
  const activities = createActivities(
    composeClients({ stateDirectory, cacheDirectory, namespace, proxies, pip }),
  );
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    await registerSearchAttributes(connection, namespace);
    const identity = `holdfast-${pid}`;
    const worker = await Worker.create({
      connection,
      namespace,
      identity,
      taskQueue,
      buildId,
      workflowBundle: { code },
      activities: { ...activities, ...reportActivity(activities) },
      // Below the supervisor's 30 s: commands are detached from within a heartbeat, and go on.
      shutdownGraceTime: '2 seconds',
      shutdownForceTime: '20 seconds',
      // Heartbeats are 10 s: a dead worker's activity is handed on within that time.
      maxHeartbeatThrottleInterval: '3 seconds',
      defaultHeartbeatThrottleInterval: '3 seconds',
      ...options,
      interceptors: {
        activity: [() => ({ inbound: failingVisibly }), ...(options?.interceptors?.activity ?? [])],
      },
    });
    const running = worker.run();
    await writeJsonFile(workerReadyPath(stateDirectory), {
      pid,
      identity,
      buildId,
      ...(metrics !== null && { metricsUrl: metricsUrlOf(metrics) }),
    });
    await running;
  } finally {
    await connection.close();
  }
}
