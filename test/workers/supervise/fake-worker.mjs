// SPDX-License-Identifier: Apache-2.0
// A double of the worker: speaks its readiness protocol and nothing else. `workers/control.ts` is the real one.
import { renameSync, writeFileSync } from 'node:fs';

const {
  HOLDFAST_STATE: state,
  FAKE_WORKER_BUILD_ID: buildId = 'first',
  FAKE_WORKER_FATE: fate,
} = process.env;
if (fate === 'dies') {
  console.error('no such queue; password=hunter2secret');
  process.exit(3);
}
process.on('SIGTERM', () => process.exit(0));
setInterval(() => undefined, 1_000_000);
console.log(
  JSON.stringify({ address: process.env.TEMPORAL_ADDRESS, config: process.env.TEMPORAL_CONFIG_FILE }),
);
const path = `${state}/run/worker.ready.json`;
if (fate !== 'silent') {
  writeFileSync(
    `${path}.new`,
    JSON.stringify({ pid: process.pid, identity: `fake@${process.pid}`, buildId }),
  );
  renameSync(`${path}.new`, path);
}
