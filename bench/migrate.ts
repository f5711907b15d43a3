// SPDX-License-Identifier: Apache-2.0
// MigrateNova against a shell script of the same phases, on the same cloud with the same rows to migrate. Asserts nothing.
import { boxHost } from '../activities/hosts/host.ts';
import { query } from '../activities/clients/postgres/sql.ts';
import { ghostHost, ghostServers } from '../test/proofs/nova/ghost-servers.ts';
import { Lab, labSpec } from '../test/system/lab.ts';
import { defaultServices } from '../workflows/contracts/box/box-spec.ts';
import { taskQueue } from '../workflows/contracts/run/messages.ts';
import type { Progress } from '../workflows/contracts/run/progress.ts';
import migrateNova from './migrate-nova.sh';

/** Rows of a batch, as runbooks have it; one fixed number, since a script measures nothing. */
export const scriptBatchRows = 500;

const spec = labSpec('bench-migrate', 62, { services: [...defaultServices], seeds: { projects: [] } });
const host = boxHost(spec.name);
const cell1 = (statement: string) => query(host, 'nova_cell1', statement);

/** Servers that wait for their migration: some minutes of it. */
const serverRows = 10_000;

export interface MigrateTimes {
  readonly rows: number;
  readonly workflowSeconds: number;
  readonly scriptSeconds: number;
  readonly ratio: number;
  /** A run that finds nothing to migrate; its dump and its looks. */
  readonly nothingSeconds: number;
}

/** One run of each, one after the other. */
export async function benchMigrate(): Promise<MigrateTimes> {
  const lab = await Lab.create();
  try {
    await lab.install(spec);
    await cell1(ghostHost);
    await cell1(ghostServers(serverRows));
    const workflowSeconds = await timeWorkflow(lab);
    const nothingSeconds = await timeWorkflow(lab);
    await cell1("UPDATE instances SET compute_id = NULL WHERE project_id = 'none'");
    const scriptSeconds = await timeScript();
    return {
      rows: serverRows,
      workflowSeconds,
      scriptSeconds,
      ratio: workflowSeconds / scriptSeconds,
      nothingSeconds,
    };
  } finally {
    await lab.dispose(spec.name);
  }
}

async function timeWorkflow(lab: Lab): Promise<number> {
  const { workflow } = await lab.client();
  const handle = await workflow.start('MigrateNova', {
    workflowId: `migrate-nova/${spec.name}`,
    taskQueue,
    args: [{ name: spec.name, takeOver: false }],
  });
  const { startedAt, endedAt = '' }: Progress = await lab.endOf(handle);
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}

async function timeScript(): Promise<number> {
  const urls = await query(host, 'nova_api', 'SELECT database_connection FROM cell_mappings ORDER BY id');
  const databases = ['nova_api', 'nova_cell0', 'nova_cell1'];
  const words = [String(scriptBatchRows), ...databases, '--', ...urls.map(([url = '']) => url)];
  const begun = performance.now();
  await host.output(['sh', '-c', migrateNova, 'migrate-nova', ...words], { timeoutSeconds: 1200 });
  return (performance.now() - begun) / 1000;
}
