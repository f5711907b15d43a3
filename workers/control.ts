// SPDX-License-Identifier: Apache-2.0
// The worker's program: reads the environment once and runs. Wires nothing itself.
import './own-surroundings.ts';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runWorker } from './run-worker.ts';

await runWorker({
  environment: process.env as Record<string, string>,
  programDirectory: dirname(fileURLToPath(import.meta.url)),
  homeDirectory: homedir(),
  userId: process.getuid?.() ?? 0,
  pid: process.pid,
});
