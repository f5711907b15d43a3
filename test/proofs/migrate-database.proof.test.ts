// SPDX-License-Identifier: Apache-2.0
// `db migrate` with the real tools of six services on PostgreSQL: refused, planned, migrated, killed, asked, and the same again.
// Proves: workflows/operations/migrate-database activities/migrations activities/postgres profiles
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import { boxHost } from '../../activities/hosts/host.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { profiles } from '../../profiles/index.ts';
import type { DatabaseDriver, DatabaseService } from '../../workflows/contracts/database/database-driver.ts';
import type { Report } from '../../workflows/contracts/run/progress.ts';
import {
  configureDatabases,
  keepAside,
  makeDatabases,
  removeDatabases,
  runTool,
  schemaOf,
} from '../system/database-service.ts';
import { recordIfAsked } from '../histories/recording.ts';
import { jobOf, journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { kill, Lab } from '../system/lab.ts';
import {
  borrowAlone,
  furtherServices as further,
  sharedSpec,
  type Borrowed,
} from '../system/shared-cloud.ts';

const { name } = sharedSpec;
const host = boxHost(name);
let lab: Lab;
let giveBack: Borrowed['giveBack'];

const driverOf = (service: DatabaseService): DatabaseDriver => {
  const driver = profiles['debian-13'].drivers[service];
  if (driver === undefined) throw new Error(`No driver of ${service}`);
  return driver;
};

beforeAll(async () => {
  const borrowed = await borrowAlone();
  ({ giveBack } = borrowed);
  lab = Lab.at(borrowed.cloud.stateDirectory);
  for (const service of further) await makeDatabases(name, driverOf(service));
}, 1_500_000);
afterEach(async () => {
  await lab.endRuns();
});
afterAll(async () => {
  await host.run(['sh', '-c', 'systemctl stop heat-engine; rm -f /etc/systemd/system/heat-engine.service']);
  for (const service of further) await removeDatabases(name, driverOf(service));
  await giveBack();
});

const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });
const migrate = (service: string, ...flags: string[]) => cli('db', 'migrate', service, name, ...flags);

/** Of a run that goes on in the background. */
async function begun(service: string): Promise<WorkflowHandle> {
  const { exitCode, stdout } = await migrate(service, '--detach');
  expect(exitCode).toBe(8);
  return (await lab.client()).workflow.getHandle(stdout.trim());
}

/** Waits for the question, agrees, and returns the step that asked. */
async function approved(handle: WorkflowHandle): Promise<string> {
  const asking = await lab.until(handle, 'asks', ({ steps }) => steps.some(({ asks }) => asks !== undefined));
  const agreed = await cli('op', 'approve', handle.workflowId, '--yes', '--reason', 'a test');
  expect([agreed.exitCode, agreed.stderr]).toEqual([0, expect.stringContaining('is approved')]);
  await lab.until(handle, 'goes on', ({ phase }) => phase !== 'needs-operator');
  return asking.steps.find(({ asks }) => asks !== undefined)?.id ?? '';
}

/** The program itself, not the shell that waits for it; it must be there. */
async function killTool(tool: string): Promise<void> {
  const program = `^/usr/bin/python3 /usr/bin/${tool}`;
  const killed = async () => (await host.run(['pkill', '-KILL', '--full', program])).exitCode;
  await expect.poll(killed, { timeout: 20_000, interval: 20 }).toBe(0);
}

const isActive = async (unit: string): Promise<string> =>
  (await host.run(['systemctl', 'is-active', unit])).stdout.trim();

test('what cannot migrate is refused by name before anything changes, as the real tools say', async () => {
  const refusals: [string, number, RegExp][] = [
    ['octavia', 1, /octavia-db-manage upgrade head on PostgreSQL.*"PRIMARY"/s],
    ['cinder', 1, /\[database\] connection of \/etc\/cinder\/cinder\.conf: not set/],
    ['heat', 1, /\[database\] connection of \/etc\/heat\/heat\.conf: sqlite/],
    ['manila', 2, /There is no driver of "manila"/],
  ];
  const dumps = async () => (await cli('box', 'dumps', name, '--json')).stdout;
  const before = await dumps();
  for (const [service, code, text] of refusals) {
    const { exitCode, stderr } = await migrate(service);
    expect([service, exitCode, stderr]).toEqual([service, code, expect.stringMatching(text)]);
  }
  expect(await dumps()).toBe(before);

  for (const service of further) await configureDatabases(lab.stateDirectory, name, driverOf(service));
  const broken: [string, string[], string][] = [
    ['octavia', ['octavia-db-manage', 'upgrade', 'head'], 'DROP CONSTRAINT "PRIMARY"'],
    ['octavia', ['octavia-db-manage', 'upgrade_persistence'], 'No config file'],
    ['cinder', ['cinder-manage', 'db', 'sync'], 'column "1" does not exist'],
  ];
  for (const [user, argv, text] of broken) {
    const { exitCode, said } = await runTool(name, user, argv);
    expect([exitCode, said]).toEqual([1, expect.stringContaining(text)]);
  }
  expect(await query(host, 'cinder', "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
});

test('a plan tells heads, what is mended and what would be stopped; a run makes it so; the next finds all the same', async () => {
  const plan = await migrate('cinder', '--plan', '--json', '--exit-code');
  expect(plan.exitCode).toBe(3);
  expect(plan.stdout).toContain('"have":"empty","want":"9c74c1c6971f"');
  expect(plan.stdout).toContain('column \\"1\\" does not exist');
  for (const service of ['cinder', 'barbican'] as const) {
    const first = await migrate(service);
    expect([service, first.exitCode]).toEqual([service, 0]);
    const { stderr, exitCode } = await migrate(service);
    expect([service, exitCode, stderr]).toEqual([
      service,
      0,
      expect.stringMatching(/same \d+ +changed 0 +skipped 0/),
    ]);
    expect((await migrate(service, '--plan', '--exit-code')).exitCode).toBe(0);
  }
});

test('steps of Cinder migrate in batches by its own flag', async () => {
  await query(
    host,
    'cinder',
    `INSERT INTO volumes (id, use_quota, volume_type_id) SELECT 'v', true, id FROM volume_types LIMIT 1`,
  );
  await query(
    host,
    'cinder',
    `INSERT INTO volume_admin_metadata (volume_id, key, value, deleted) SELECT 'v', 'temporary', 'True', false FROM generate_series(1, 120)`,
  );
  const told = await migrate('cinder', '--plan', '--json');
  expect(told.stdout).toContain('120 rows pending');
  const { exitCode, stderr } = await migrate('cinder');
  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/120 rows in \d+ batches/)]);
});

test('programs that must not run meanwhile stop once a person agreed, and run again', async () => {
  // A stand-in for the engine, which needs RabbitMQ: only that it stands still is asked of it here.
  const unit = '[Service]\nExecStart=/bin/sleep infinity\n';
  await host.output(['sh', '-c', 'cat > /etc/systemd/system/heat-engine.service', 'writing a unit'], {
    stdin: unit,
  });
  await host.output(['systemctl', 'start', 'heat-engine']);
  expect((await migrate('heat', '--plan')).stdout).toMatch(/heat-engine\.service.*active.*stopped/s);
  const handle = await begun('heat');
  await lab.until(handle, 'asks', ({ steps }) => steps.some(({ asks }) => asks !== undefined));
  expect(await isActive('heat-engine')).toBe('active');
  expect(await approved(handle)).toBe('stopped');
  await jobOf(name, 'schema');
  expect(await isActive('heat-engine')).toBe('inactive');
  expect((await lab.endOf(handle)).phase).toBe('done');
  await recordIfAsked('nova/migrate-database-approved', handle);
  expect(await isActive('heat-engine')).toBe('active');
  await host.output(['systemctl', 'stop', 'heat-engine']);
  await host.output(['rm', '/etc/systemd/system/heat-engine.service']);
});

test('the worker and the tool are killed on the way, and the schema is that of an undisturbed run', async () => {
  const handle = await begun('designate');
  await jobOf(name, 'schema');
  kill((await lab.processes()).worker, 'SIGKILL');
  await killTool('designate-manage');
  await lab.up();
  await jobOf(name, 'schema');
  await killTool('designate-manage');
  const end = await lab.endOf(handle);
  expect(end.phase).toBe('done');
  await recordIfAsked('nova/migrate-database-crashes', handle);
  // Once for each kill, and once to the end; a busy machine may add one.
  expect(end.steps.find(({ id }) => id === 'schema')?.occurrence).toBeGreaterThanOrEqual(3);
  const disturbed = await schemaOf(name, 'designate');
  expect(overlapsOf(await journalIntervals(name))).toEqual([]);
  await makeDatabases(name, driverOf('designate'));
  expect((await migrate('designate')).exitCode).toBe(0);
  expect(disturbed).toBe(await schemaOf(name, 'designate'));
  const types =
    "SELECT enumlabel FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid WHERE typname = 'type'";
  expect((await query(host, 'designate', types)).flat()).toContain('CATALOG');
});

test("Keystone's phases end where its one command does, and the second of them asks", async () => {
  const whole = await schemaOf(name, 'keystone');
  expect((await migrate('keystone')).exitCode).toBe(0);
  const bringBack = await keepAside(name, 'keystone');
  // Others use the cloud after this, whatever becomes of it here.
  try {
    await makeDatabases(name, driverOf('keystone'));
    const { stdout } = await migrate('keystone', '--plan', '--json');
    const report = JSON.parse(stdout.split('\n').at(-1) ?? '') as { data: Report };
    expect(JSON.stringify(report)).toContain('"have":"empty","want":"c88cdce8f248"');
    const handle = await begun('keystone');
    expect(await approved(handle)).toBe('contract');
    expect((await lab.endOf(handle)).phase).toBe('done');
    expect(await schemaOf(name, 'keystone')).toBe(whole);
  } finally {
    await bringBack();
  }
  const keystone = (await lab.drift(name)).steps.filter(({ id }) => id.startsWith('keystone.'));
  expect(keystone.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
});
