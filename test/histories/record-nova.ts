// SPDX-License-Identifier: Apache-2.0
// Runs MigrateNova and RestoreNova to each of their endings on a whole cloud, and records them.
import type { WorkflowHandle } from '@temporalio/client';
import { boxHost } from '../../activities/hosts/host.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { defaultServices } from '../../workflows/contracts/box/box-spec.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import { ghostHost, ghostServers } from '../proofs/nova/ghost-servers.ts';
import { jobOf } from '../system/job-watch.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { record } from './recording.ts';

const spec = labSpec('recorded-cloud', 50, { services: [...defaultServices] });
const cell1 = (statement: string) => query(boxHost(spec.name), 'nova_cell1', statement);

async function begun(lab: Lab, type: string, slug: string, more: object = {}): Promise<WorkflowHandle> {
  const { workflow } = await lab.client();
  const args = [{ name: spec.name, takeOver: false, ...more }];
  return workflow.start(type, { workflowId: `${slug}/${spec.name}`, taskQueue, args });
}

async function good(lab: Lab): Promise<WorkflowHandle> {
  await cell1(ghostServers(200));
  const handle = await begun(lab, 'MigrateNova', 'migrate-nova');
  await lab.endOf(handle);
  return handle;
}

/** A program of the release before, which a person knows to be gone. */
async function wavedThrough(lab: Lab): Promise<WorkflowHandle> {
  await cell1(`INSERT INTO services (created_at, deleted, host, "binary", topic, report_count, disabled, version, uuid)
    VALUES (now(), 0, 'gone', 'nova-conductor', 'conductor', 1, false, 1, gen_random_uuid()::text)`);
  const handle = await begun(lab, 'MigrateNova', 'migrate-nova');
  const { id: step, occurrence } = await lab.parked(handle, 300);
  await lab.resolve(handle, { step, occurrence, action: 'skip' });
  await handle.result();
  await cell1("DELETE FROM services WHERE host = 'gone'");
  return handle;
}

async function cancelled(lab: Lab): Promise<WorkflowHandle> {
  await cell1(ghostServers(20_000));
  const handle = await begun(lab, 'MigrateNova', 'migrate-nova');
  await jobOf(spec.name, 'online.cell1');
  await handle.cancel();
  await handle.result().catch(() => undefined);
  return handle;
}

async function approved(lab: Lab): Promise<WorkflowHandle> {
  const { stdout } = await lab.run('cli.js', ['box', 'dumps', spec.name, '--json']);
  const dump = (JSON.parse(stdout) as { id: string }[])[0]?.id ?? '';
  const handle = await begun(lab, 'RestoreNova', 'restore-nova', { dump });
  await lab.until(handle, 'asks', ({ steps }) => steps.some(({ asks }) => asks !== undefined));
  await lab.run('cli.js', ['op', 'approve', `restore-nova/${spec.name}`, '--yes', '--reason', 'recorded']);
  await handle.result();
  return handle;
}

export async function recordNova(): Promise<void> {
  const lab = await Lab.create();
  try {
    await lab.install(spec);
    await cell1(ghostHost);
    await record('nova/migrate-nova-good', await good(lab));
    await record('nova/migrate-nova-skipped', await wavedThrough(lab));
    await record('nova/migrate-nova-cancelled', await cancelled(lab));
    const status = await begun(lab, 'NovaStatus', 'nova-status');
    await status.result();
    await record('nova/nova-status-differs', status);
    await record('nova/restore-nova-approved', await approved(lab));
  } finally {
    await lab.dispose(spec.name);
  }
}
