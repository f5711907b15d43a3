// SPDX-License-Identifier: Apache-2.0
// The real worker with the workflows of the live ceremonies: their waits are compressed, nothing else differs.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runWorker } from '../../../workers/run-worker.ts';

const programDirectory = dirname(fileURLToPath(import.meta.url));
await runWorker({
  environment: process.env as Record<string, string>,
  programDirectory,
  options: {
    workflowBundle: { code: readFileSync(join(programDirectory, 'compressed-workflow-bundle.js'), 'utf8') },
    maxHeartbeatThrottleInterval: '2 seconds',
    // A workflow task that waits for a dead worker's cache is handed on as soon.
    stickyQueueScheduleToStartTimeout: '3 seconds',
  },
  homeDirectory: homedir(),
  userId: process.getuid?.() ?? 0,
  pid: process.pid,
});
