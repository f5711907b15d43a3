// SPDX-License-Identifier: Apache-2.0
// The worker of the queue `holdfast-control`: reads the environment once, wires everything, polls until it is told to stop.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { taskQueue } from '../workflows/contracts/messages.ts';
import { composeClients } from './compose.ts';
import { connectionSettings } from './embedded/connection-settings.ts';
import { writeJsonFile } from './embedded/json-file.ts';
import { registerSearchAttributes } from './embedded/search-attributes.ts';
import { superviseSettings } from './embedded/supervise-settings.ts';
import { workerReadyPath } from './embedded/worker-process.ts';
import { readBundle } from './workflow-bundle.ts';

const programDirectory = dirname(fileURLToPath(import.meta.url));
const environment = process.env as Record<string, string>;
const { stateDirectory, cacheDirectory } = superviseSettings({
  environment,
  programDirectory,
  homeDirectory: homedir(),
  userId: process.getuid?.() ?? 0,
});
const buildId = readFileSync(join(programDirectory, 'build-id'), 'utf8').trim();

Runtime.install({ logger: new DefaultLogger('INFO'), shutdownSignals: ['SIGTERM', 'SIGINT'] });
const bundle = readBundle(programDirectory);
const { connectionOptions, namespace } = await connectionSettings(environment, stateDirectory);
const connection = await NativeConnection.connect(connectionOptions);
try {
  await registerSearchAttributes(connection, namespace);
  const identity = `holdfast-${process.pid}`;
  const worker = await Worker.create({
    connection,
    namespace,
    identity,
    taskQueue,
    buildId,
    workflowBundle: { code: bundle },
    activities: createActivities(composeClients({ stateDirectory, cacheDirectory, namespace })),
    // Below the supervisor's 30 s: commands are detached from within a heartbeat, and go on.
    shutdownGraceTime: '2 seconds',
    shutdownForceTime: '20 seconds',
    // Heartbeats are 10 s: a dead worker's activity is handed on within that time.
    maxHeartbeatThrottleInterval: '3 seconds',
    defaultHeartbeatThrottleInterval: '3 seconds',
  });
  const running = worker.run();
  await writeJsonFile(workerReadyPath(stateDirectory), { pid: process.pid, identity, buildId });
  await running;
} finally {
  await connection.close();
}
