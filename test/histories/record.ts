// SPDX-License-Identifier: Apache-2.0
// Records the histories that the replay test binds to, from runs on real components. Run by `npm run histories:record`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { boxHost } from '../../activities/clients/host/host.ts';
import { Lab, labSpec, root } from '../system/lab.ts';

const spec = labSpec('recorded-box', 30);

async function record(name: string, handle: WorkflowHandle): Promise<void> {
  const json = historyToJSON(await handle.fetchHistory());
  await writeFile(
    join(root, 'test', 'histories', `${name}.json`),
    `${JSON.stringify(JSON.parse(json), null, 1)}\n`,
  );
  console.log(`recorded ${name}`);
}

/** A folder where the file's next version is written lets every write fail, as a full or broken disk would. */
const obstacle = '/etc/haproxy/haproxy.cfg.holdfast-new';

async function parkedThenResolved(lab: Lab): Promise<WorkflowHandle> {
  const host = boxHost(spec.name);
  await host.output(['rm', '/etc/haproxy/haproxy.cfg']);
  await host.output(['mkdir', obstacle]);
  const handle = await lab.startInstall(spec);
  const parked = await lab.until(handle, 'parked', ({ phase }) => phase === 'needs-operator');
  const occurrence = parked.rows.find(({ id }) => id === 'haproxy.config')?.occurrence ?? 0;
  await host.output(['rmdir', obstacle]);
  await lab.resolve(handle, { row: 'haproxy.config', occurrence, action: 'retry' });
  await handle.result();
  return handle;
}

async function cancelled(lab: Lab): Promise<WorkflowHandle> {
  await boxHost(spec.name).output(['systemctl', 'stop', 'keystone']);
  await boxHost(spec.name).output(['rm', '-r', '/etc/keystone/fernet-keys']);
  const handle = await lab.startInstall(spec);
  await lab.until(handle, 'keys applying', ({ rows }) =>
    rows.some(({ id, status }) => id === 'keystone.keys' && status === 'applying'),
  );
  await handle.cancel();
  await handle.result().catch(() => undefined);
  return handle;
}

async function drift(lab: Lab): Promise<WorkflowHandle> {
  await lab.drift(spec.name);
  return (await lab.client()).workflow.getHandle(`drift/${spec.name}`);
}

async function destroyed(lab: Lab): Promise<WorkflowHandle> {
  await lab.destroy(spec.name);
  return (await lab.client()).workflow.getHandle(`destroy-box/${spec.name}`);
}

const lab = await Lab.create();
try {
  const good = await lab.startInstall(spec);
  await good.result();
  await record('install-box-good', good);
  await record('install-box-parked-resolved', await parkedThenResolved(lab));
  await record('install-box-cancelled', await cancelled(lab));
  await record('drift-box-differs', await drift(lab));
  await record('destroy-box-good', await destroyed(lab));
} finally {
  await lab.dispose(spec.name);
}
process.exit(0);
