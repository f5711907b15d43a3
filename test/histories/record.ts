// SPDX-License-Identifier: Apache-2.0
// Records the histories that the replay test binds to, from runs on real components. Run by `npm run histories:record`.
// Those in `unordered/` are of runs that took several events at once; no engine records such any more.
import type { WorkflowHandle } from '@temporalio/client';
import { boxHost } from '../../activities/hosts/host.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import { kill, Lab, labSpec } from '../system/lab.ts';
import { record } from './recording.ts';
import { recordNova } from './record-nova.ts';

const spec = labSpec('recorded-box', 30);

/** A folder where the file's next version is written lets every write fail, as a full or broken disk would. */
const obstacle = '/etc/haproxy/haproxy.cfg.holdfast-new';

async function parkedThenResolved(lab: Lab): Promise<WorkflowHandle> {
  const host = boxHost(spec.name);
  await host.output(['rm', '/etc/haproxy/haproxy.cfg']);
  await host.output(['mkdir', obstacle]);
  const handle = await lab.startInstall(spec);
  const parked = await lab.until(handle, 'parked', ({ phase }) => phase === 'needs-operator');
  const occurrence = parked.steps.find(({ id }) => id === 'haproxy.config')?.occurrence ?? 0;
  await host.output(['rmdir', obstacle]);
  await lab.resolve(handle, { step: 'haproxy.config', occurrence, action: 'retry' });
  await handle.result();
  return handle;
}

async function cancelled(lab: Lab): Promise<WorkflowHandle> {
  // Its schema takes a command of seconds to make anew.
  await boxHost(spec.name).output(['systemctl', 'stop', 'keystone']);
  await query(boxHost(spec.name), 'postgres', 'DROP DATABASE keystone WITH (FORCE)');
  const handle = await lab.startInstall(spec);
  await lab.until(handle, 'schema applying', ({ steps }) =>
    steps.some(({ id, status }) => id === 'keystone.schema' && status === 'applying'),
  );
  await handle.cancel();
  await handle.result().catch(() => undefined);
  return handle;
}

/** A watcher asks all the time, also the worker that has just come back: what it is told then comes in two portions. */
async function watchedThroughCrashes(lab: Lab): Promise<WorkflowHandle> {
  await lab.destroy(spec.name);
  const handle = await lab.startInstall(spec);
  const watch = setInterval(() => void lab.progress(handle), 100);
  for (const step of ['postgres.cluster', 'keystone.schema']) {
    await lab.until(handle, `${step} applying`, ({ steps }) =>
      steps.some(({ id, status }) => id === step && status === 'applying'),
    );
    kill((await lab.processes()).worker, 'SIGKILL');
    await lab.up();
  }
  await lab.endOf(handle);
  clearInterval(watch);
  return handle;
}

async function operated(lab: Lab, type: string, slug: string, more: object = {}): Promise<WorkflowHandle> {
  const handle = await (
    await lab.client()
  ).workflow.start(type, {
    workflowId: `${slug}/${spec.name}`,
    taskQueue,
    args: [{ name: spec.name, takeOver: false, ...more }],
  });
  await lab.endOf(handle);
  return handle;
}

async function dumpId(lab: Lab): Promise<string> {
  const { stdout } = await lab.run('cli.js', ['box', 'dumps', spec.name, '--json']);
  return (JSON.parse(stdout) as { id: string }[])[0]?.id ?? '';
}

async function drift(lab: Lab): Promise<WorkflowHandle> {
  await lab.drift(spec.name);
  return (await lab.client()).workflow.getHandle(`drift/${spec.name}`);
}

async function destroyed(lab: Lab): Promise<WorkflowHandle> {
  await lab.destroy(spec.name);
  return (await lab.client()).workflow.getHandle(`destroy-box/${spec.name}`);
}

async function recordBox(): Promise<void> {
  const lab = await Lab.create();
  try {
    const good = await lab.startInstall(spec);
    await good.result();
    await record('box/install-box-good', good);
    await record('box/install-box-watched-crashes', await watchedThroughCrashes(lab));
    await record(
      'box/renew-certificates-same',
      await operated(lab, 'RenewCertificates', 'renew-certificates'),
    );
    await record('box/dump-box-good', await operated(lab, 'DumpBox', 'dump-box'));
    const dump = await dumpId(lab);
    await record('box/restore-box-good', await operated(lab, 'RestoreBox', 'restore-box', { dump }));
    await record('box/install-box-parked-resolved', await parkedThenResolved(lab));
    await record('box/install-box-cancelled', await cancelled(lab));
    await record('box/drift-box-differs', await drift(lab));
    await record('box/destroy-box-good', await destroyed(lab));
  } finally {
    await lab.dispose(spec.name);
  }
}

// `npm run histories:record -- nova` leaves the others as they are.
const [only] = process.argv.slice(2);
if (only !== 'nova') await recordBox();
if (only !== 'box') await recordNova();
process.exit(0);
