// SPDX-License-Identifier: Apache-2.0
// MigrateNova on servers of an older release: the worker is killed inside a batch, and every row is migrated once.
import type { WorkflowHandle } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import { query } from '../../../activities/clients/postgres/sql.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { ghostHost, ghostServers } from '../../proofs/nova/ghost-servers.ts';
import { jobOf, journalIntervals, overlapsOf } from '../job-watch.ts';
import { kill } from '../lab.ts';
import { cli, lab, spec } from './stand.ts';

/** Some seven batches of 50, each of seconds. */
const servers = 300;
const host = boxHost(spec.name);
const cell1 = (statement: string) => query(host, 'nova_cell1', statement);
const pending = async (): Promise<number> => {
  const count = "SELECT count(*) FROM instances WHERE host = 'ghost' AND compute_id IS NULL";
  return Number((await cell1(count))[0]?.[0]);
};

async function start(): Promise<WorkflowHandle> {
  const { workflow } = await lab.client();
  const args = [{ name: spec.name, takeOver: false }];
  return workflow.start('MigrateNova', { workflowId: `migrate-nova/${spec.name}`, taskQueue, args });
}

export function migrateNovaTests(): void {
  beforeAll(async () => {
    await cell1(ghostHost);
    await cell1(ghostServers(servers));
  });

  test('a run whose worker is killed inside a batch migrates every row, and no batch met another', async () => {
    expect((await cli('nova', 'status', spec.name)).stdout).toContain(
      `${servers} rows pending, run by ${spec.release}`,
    );
    const handle = await start();
    await jobOf(spec.name, 'online.cell1');
    kill((await lab.processes()).worker, 'SIGKILL');
    await lab.up();
    const end = await lab.endOf(handle);
    expect([end.phase, await pending()]).toEqual(['done', 0]);
    expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
    expect((await cli('nova', 'status', spec.name, '--exit-code')).exitCode).toBe(0);
  });
}
