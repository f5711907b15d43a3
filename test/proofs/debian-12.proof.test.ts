// SPDX-License-Identifier: Apache-2.0
// The whole cloud on the older release, which the same table installs from another profile. One install serves every test.
// Proves: workflows/operations/upgrade-box workflows/operations/install-box workflows/box workflows/operations/migrate-nova activities/migrations activities/dumps activities/box profiles/debian-12.ts
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../activities/hosts/host.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { defaultServices } from '../../workflows/contracts/box/box-spec.ts';
import type { Evidence } from '../../workflows/contracts/box/evidence.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { labSpec, type Lab } from '../system/lab.ts';
import { schemasOf, sharedCloud, wholeCloud } from '../system/shared-cloud.ts';
import { recordIfAsked } from '../histories/recording.ts';
import { crashLab, runThroughCrashes } from './crash/crash-run.ts';
import { ghostHost, ghostServers } from './nova/ghost-servers.ts';
import { seededPart } from './runner/seeded-part.ts';
import { asAdministrator } from './sabotage/sabotages.ts';

const spec = labSpec('debian-12', 28, {
  release: 'debian-12',
  services: [...defaultServices],
  seeds: { projects: [{ name: 'demo' }] },
});
/** When the worker is killed on the way to the next release: in what stops the cloud, lays it on its image, fills it again. */
const moments = seededPart(
  'upgrade',
  [
    'carried.after',
    'root.during',
    'boot.after',
    'postgres.brought.after',
    'nova.api-schema.after',
    'nova.cell0.after',
    'nova.cell1.after',
    'nova.schema.before',
    'nova.schema.after',
    'nova.programs.after',
    'neutron.service.before',
    'online.cell0.after',
    'online.cell1.after',
    'spec.before',
  ],
  1 / 3,
);
/** Of MigrateNova, behind each of its steps. */
const behindEachStep = seededPart(
  'MigrateNova',
  [
    'dump',
    'nova.api-schema',
    'nova.cell0',
    'nova.cell1',
    'nova.schema',
    'rollout',
    'online.cell0',
    'online.cell1',
    'nova.hosts',
    'check',
  ],
  1 / 3,
).map((step) => `${step}.seen`);
/** In a cell as the older release left it. HOLDFAST_UPGRADE_SERVERS=20000 shows a large one: its upgrade took 849 s beside others. */
const servers = Number(process.env['HOLDFAST_UPGRADE_SERVERS'] ?? 2000);
let lab: Lab;
let first: Progress;

beforeAll(async () => {
  lab = await crashLab();
  first = await lab.install(spec);
}, 1_500_000);
afterAll(() => lab.dispose(spec.name));

test('every step of the table is done', () => {
  expect(first.phase).toBe('done');
  expect(first.steps.filter(({ status }) => status !== 'changed' && status !== 'same')).toEqual([]);
});

test('a plain user had a server ACTIVE, on Zed and PostgreSQL 15', async () => {
  const evidence = await readRecord<Evidence>('evidence.json');
  expect(evidence.release).toBe('debian-12');
  expect(evidence.canary.map(({ phase }) => phase)).toContain('active');
  expect(versionOf(evidence, 'postgresql')).toMatch(/^15\+/);
  expect(versionOf(evidence, 'keystone')).toMatch(/^2:22\./);
  expect(versionOf(evidence, 'nova')).toMatch(/^2:26\./);
});

test('a second install finds every step same', async () => {
  const { steps } = await lab.install(spec);
  expect(steps.filter(({ status }) => status !== 'same')).toEqual([]);
});

const versionOf = ({ services }: Evidence, name: string): string | undefined =>
  services.find((service) => service.name === name)?.version;

async function readRecord<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(lab.stateDirectory, 'boxes', spec.name, name), 'utf8')) as T;
}

const cell1 = (statement: string) => query(boxHost(spec.name), 'nova_cell1', statement);

test('the box goes to the next release with all that it holds, its worker killed on the way', async () => {
  const target = { spec, stateDirectory: lab.stateDirectory };
  await asAdministrator(target, ({ identity }) =>
    identity.projects.ensure({ name: 'kept', domainId: 'default' }),
  );
  await cell1(ghostHost);
  await cell1(ghostServers(servers, undefined, 'CASE WHEN n % 10 = 0 THEN n ELSE 0 END'));
  const elsewhere = "SET database_connection = 'postgresql://elsewhere/nova_cell0'";
  await query(boxHost(spec.name), 'nova_api', `UPDATE cell_mappings ${elsewhere} WHERE name = 'cell0'`);
  await query(
    boxHost(spec.name),
    'nova_api',
    `INSERT INTO cell_mappings (created_at, uuid, name, transport_url, database_connection, disabled)
    SELECT now(), gen_random_uuid()::text, name, transport_url, 'postgresql://elsewhere/nova_cell1', false
    FROM cell_mappings WHERE name = 'cell1'`,
  );
  const next = labSpec(spec.name, 28, wholeCloud);
  const { workflow } = await lab.client();
  const workflowId = `upgrade-box/${spec.name}`;
  const args = [{ ...(await lab.wanted(next)), takeOver: false }];
  const begin = () => workflow.start('UpgradeBox', { workflowId, taskQueue, args });
  const approved = async (handle: WorkflowHandle): Promise<void> => {
    await lab.until(handle, 'asks', ({ steps }) => steps.some(({ asks }) => asks !== undefined), 600);
    await lab.run('cli.js', ['op', 'approve', workflowId, '--yes', '--reason', 'a test']);
    await lab.until(handle, 'goes on', ({ phase }) => phase !== 'needs-operator');
  };
  const { progress, crashes } = await runThroughCrashes(lab, begin, moments, approved);
  expect(progress.phase).toBe('done');
  await recordIfAsked('box/upgrade-box-good', workflow.getHandle(workflowId));
  expect(moments.filter((moment) => !crashes.includes(moment))).toEqual([]);
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);

  const evidence = await readRecord<Evidence>('evidence.json');
  expect(evidence.release).toBe('debian-13');
  expect(versionOf(evidence, 'postgresql')).toMatch(/^17\+/);
  expect(versionOf(evidence, 'nova')).toMatch(/^2:31\./);
  const left = await cell1("SELECT count(*), count(compute_id) FROM instances WHERE project_id = 'none'");
  expect(left).toEqual([[String(servers), String(servers)]]);
  const cells = await query(boxHost(spec.name), 'nova_api', 'SELECT name FROM cell_mappings ORDER BY name');
  expect(cells.flat()).toEqual(['cell0', 'cell1']);
  const projects = await asAdministrator(target, ({ identity }) => identity.projects.list());
  expect(projects.map(({ name }) => name)).toContain('kept');
  expect(await schemasOf(spec.name)).toEqual((await sharedCloud()).schemas);
  const { steps } = await lab.install(next);
  expect(steps.filter(({ status }) => status !== 'same')).toEqual([]);
}, 1_500_000);

test('the worker is killed behind steps of MigrateNova, and the end is that of an undisturbed run', async () => {
  await cell1(ghostServers(200));
  // As a new release would find it.
  await cell1('COMMENT ON TABLE alembic_version IS NULL');
  const { workflow } = await lab.client();
  const args = [{ name: spec.name, takeOver: false }];
  const start = { workflowId: `migrate-nova/${spec.name}`, taskQueue, args };
  const begin = () => workflow.start('MigrateNova', start);
  const { progress, crashes } = await runThroughCrashes(lab, begin, behindEachStep);
  expect(progress.phase).toBe('done');
  expect(behindEachStep.filter((moment) => !crashes.includes(moment))).toEqual([]);
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
  const pending = "SELECT count(*) FROM instances WHERE project_id = 'none' AND compute_id IS NULL";
  expect(await cell1(pending)).toEqual([['0']]);
  expect(await schemasOf(spec.name)).toEqual((await sharedCloud()).schemas);
}, 900_000);
