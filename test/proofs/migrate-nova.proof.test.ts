// SPDX-License-Identifier: Apache-2.0
// MigrateNova on the real Nova: rows in batches, everything killed on the way, its lock in PostgreSQL, and the way back.
// Proves: workflows/operations/migrate-nova activities/migrations activities/nova activities/postgres activities/dumps workflows/operations/restore-box
import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import { boxHost } from '../../activities/hosts/host.ts';
import type { CommandOutcome } from '../../activities/hosts/transport.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { onlineCodes } from '../../profiles/exit-codes.ts';
import { exitKind } from '../../workflows/contracts/database/database-driver.ts';
import { batchProgress, judgeBatch, type BatchVerdict } from '../../activities/migrations/batches.ts';
import { taskQueue } from '../../workflows/contracts/run/messages.ts';
import type { Progress, StepProgress } from '../../workflows/contracts/run/progress.ts';
import { recordIfAsked } from '../histories/recording.ts';
import { isJobAlive, jobOf, journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { kill, Lab } from '../system/lab.ts';
import { borrowAlone, sharedSpec as spec, type Borrowed } from '../system/shared-cloud.ts';
import { ghostHost, ghostServers } from './nova/ghost-servers.ts';
import { placeDouble, removeDouble } from './nova/nova-manage-double.ts';
import { batchOf, cutNetwork } from './nova/nova-tool.ts';
import { toolRuns, watchTools } from './nova/tool-watch.ts';

const host = boxHost(spec.name);
let lab: Lab;
let giveBack: Borrowed['giveBack'];

beforeAll(async () => {
  const borrowed = await borrowAlone();
  ({ giveBack } = borrowed);
  lab = Lab.at(borrowed.cloud.stateDirectory);
  await cell1(ghostHost);
  // They cannot be migrated, and fill the first batch of every run.
  await cell1(ghostServers(60, 'NULL::text'));
}, 1_500_000);
/** Whatever became of a test, the next one finds the world that it expects. */
afterEach(async () => {
  await postgres('start');
  await cell1('DROP FUNCTION IF EXISTS refuse CASCADE');
  const columns =
    "SELECT FROM information_schema.columns WHERE table_name = 'instances' AND column_name = 'away'";
  if ((await cell1(columns)).length > 0)
    await cell1('ALTER TABLE instances RENAME COLUMN away TO compute_id');
  await query(host, 'nova_api', "DELETE FROM host_mappings WHERE host = 'in-cell2'");
  await query(host, 'nova_api', "DELETE FROM cell_mappings WHERE name = 'cell2'");
  await removeDouble(host);
  await lab.endRuns();
});
// Servers and their host are on no other file's way: the cloud is not cleaned of them.
afterAll(() => giveBack());

const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });
const cell1 = (statement: string) => query(host, 'nova_cell1', statement);
const numberOf = async (statement: string): Promise<number> => Number((await cell1(statement))[0]?.[0]);
const pending = () => numberOf("SELECT count(*) FROM instances WHERE host = 'ghost' AND compute_id IS NULL");
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function startMigration(by = lab): Promise<WorkflowHandle> {
  const { workflow } = await by.client();
  const args = [{ name: spec.name, takeOver: false }];
  return workflow.start('MigrateNova', { workflowId: `migrate-nova/${spec.name}`, taskQueue, args });
}

const stepOf = ({ steps }: Progress, id: string): StepProgress | undefined =>
  steps.find((step) => step.id === id);

const postgres = (verb: string) => host.output(['systemctl', ...verb.split(' '), 'postgresql@17-main']);

test('a second Temporal is refused by name; a cancelled run ends behind its batch, the next migrates all that can be, and one with nothing to do waits for PostgreSQL', async () => {
  await cell1(ghostServers(2000));
  expect((await cli('nova', 'status', spec.name)).stdout).toContain('2000 rows pending, run by');
  const cancelled = await startMigration();
  const second = await lab.sibling();
  try {
    await jobOf(spec.name, 'online.cell1');
    const refused = await startMigration(second);
    await expect(refused.result()).rejects.toMatchObject({
      cause: { type: 'Conflict', message: expect.stringContaining(`migrate-nova/${spec.name}`) as string },
    });
    await recordIfAsked('nova/migrate-nova-refused', refused);
  } finally {
    await second.dispose();
  }
  await jobOf(spec.name, 'online.cell1');
  await cancelled.cancel();
  await expect(cancelled.result()).rejects.toThrow();
  expect(await isJobAlive(spec.name, 'online.cell1')).toBe(false);
  // The batch that ran may have been full of rows that cannot be migrated.
  const left = await pending();
  expect(left).toBeGreaterThan(0);

  const next = await lab.endOf(await startMigration());
  expect([next.phase, await pending()]).toEqual(['done', 0]);
  expect(stepOf(next, 'online.cell1')?.detail).toMatch(
    new RegExp(`^${left} rows in \\d+ batches; \\d+ cannot be migrated`),
  );
  const unmigrated = "SELECT count(*) FROM instances WHERE compute_id IS NULL AND project_id = 'none'";
  expect(await numberOf(unmigrated)).toBe(60);
  expect((await cli('nova', 'status', spec.name, '--exit-code')).exitCode).toBe(0);

  await postgres('stop');
  const idle = cli('nova', 'migrate', spec.name);
  const { workflow } = await lab.client();
  const isWaiting = ({ steps }: Progress) =>
    steps.some(({ status, failure }) => status === 'waiting' && /PostgreSQL/.test(failure?.message ?? ''));
  await lab.until(workflow.getHandle(`migrate-nova/${spec.name}`), 'waits for PostgreSQL', isWaiting);
  await postgres('start');
  const { exitCode, stderr } = await idle;
  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/same \d+ +changed 1 +skipped 0/)]);
  expect(stderr).toMatch(/dump +changed in \S+ [0-9a-f]{16}: 3 databases/);
}, 900_000);

test('the worker, the tool, its lock and PostgreSQL are killed on the way: every row is migrated once, never by two', async () => {
  await cell1(ghostServers(5000));
  const handle = await startMigration();
  await jobOf(spec.name, 'online.cell1');
  kill((await lab.processes()).worker, 'SIGKILL');
  await lab.up();
  const seen = watchTools(spec.name, host);
  await toolRuns(spec.name);
  await host.run(['pkill', '-KILL', '--full', 'nova-manage']);
  await toolRuns(spec.name);
  await query(host, 'postgres', "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
  await pause(5000);
  await postgres('kill --signal=KILL');
  await pause(2000);
  await postgres('start');
  await toolRuns(spec.name);
  const { processes, sessions, met } = await seen();
  expect([processes, sessions <= 1], met.join('\n')).toEqual([1, true]);
  // The server keeps the session of a client whose network was cut, until it misses it.
  const seenAfterCut = watchTools(spec.name, host);
  await cutNetwork(spec.name, 25);
  const end = await lab.endOf(handle);
  expect([end.phase, await pending()]).toEqual(['done', 0]);
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
  const afterCut = await seenAfterCut();
  expect(afterCut.processes, afterCut.met.join('\n')).toBe(1);
}, 1_200_000);

test('a further cell in use is refused by its name until it is not; errors in two batches without progress ask a person', async () => {
  const api = (statement: string) => query(host, 'nova_api', statement);
  await api(`INSERT INTO cell_mappings (created_at, uuid, name, transport_url, database_connection, disabled)
    SELECT now(), gen_random_uuid()::text, 'cell2', transport_url, 'postgresql://elsewhere/nova_cell2', false
    FROM cell_mappings WHERE name = 'cell1'`);
  await api(`INSERT INTO host_mappings (created_at, cell_id, host)
    SELECT now(), id, 'in-cell2' FROM cell_mappings WHERE name = 'cell2'`);
  const cells = async () => (await api('SELECT name FROM cell_mappings ORDER BY name')).flat();
  expect((await cli('nova', 'migrate', spec.name, '--plan')).stdout).toMatch(/cell2/);
  const handle = await startMigration();
  const parked = await lab.parked(handle, 300);
  expect([parked.id, parked.failure?.code]).toEqual(['nova.cell1', 'Conflict']);
  expect(parked.failure?.message).toMatch(/is in use: cell2 \([0-9a-f-]{36}, 1 hosts and servers\)/);
  expect(await cells()).toEqual(['cell0', 'cell1', 'cell2']);
  await api("DELETE FROM host_mappings WHERE host = 'in-cell2'");

  // Every migration of a step meets an error from here on.
  await cell1(ghostServers(10));
  await cell1(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'held back by a test'; END $$`);
  await cell1(`CREATE TRIGGER refuse BEFORE UPDATE ON instances FOR EACH ROW WHEN (NEW.project_id = 'none')
    EXECUTE FUNCTION refuse()`);
  const batches = async () =>
    (await journalIntervals(spec.name)).filter(({ key }) => /online\.cell1.*\.nova_cell1\./.test(key)).length;
  const before = await batches();
  await lab.resolve(handle, { step: parked.id, occurrence: parked.occurrence, action: 'retry' });
  const isErred = ({ id, status }: StepProgress) => id === 'online.cell1' && status === 'parked';
  const progress = await lab.until(handle, 'parks again', ({ steps }) => steps.some(isErred), 300);
  expect(await cells()).toEqual(['cell0', 'cell1']);
  const erred = progress.steps.find(isErred) as StepProgress;
  expect([erred.failure?.code, erred.failure?.message]).toEqual([
    'Rejected',
    // A migration that meets an error counts nothing.
    expect.stringMatching(/erred: 0 of \d+ rows/),
  ]);
  // The step has three tries; in each two batches err. Before them one may be full of rows that cannot be migrated: which
  // rows a batch meets first is PostgreSQL's to choose.
  const run = (await batches()) - before;
  expect(run).toBeGreaterThanOrEqual(3 * 2);
  expect(run).toBeLessThanOrEqual(3 * (1 + 2));
  await cell1('DROP FUNCTION refuse CASCADE');
  expect((await lab.retried(handle, erred)).phase).toBe('done');
  expect(await pending()).toBe(0);
  await recordIfAsked('nova/migrate-nova-parked-resolved', handle);
}, 900_000);

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

test('a million rows: the history does not grow with them, nor the memory of the worker', async () => {
  // The double has the words and the codes of the real tool, with rows and without.
  const batches = async () => [
    await batchOf(spec.name, '50'),
    await batchOf(spec.name, '50'),
    await batchOf(spec.name, '50'),
    await batchOf(spec.name, '0'),
  ];
  const said = ({ exitCode, stdout }: CommandOutcome) => `exit code ${exitCode}\n${stdout}`;
  // What cannot be migrated, Nova's own marker as well, would take places of a batch.
  await cell1('UPDATE instances SET compute_id = 0 WHERE host IS NULL');
  await cell1(ghostServers(60));
  const real = (await batches()).map(said);
  await placeDouble(host, 60);
  try {
    expect((await batches()).map(said)).toEqual(real);
    await placeDouble(host, 1_000_000);
    // As a new release would find it.
    await cell1('COMMENT ON TABLE alembic_version IS NULL');
    const { worker } = await lab.processes();
    const memory: number[] = [];
    const handle = await startMigration();
    let isOver = false;
    const end = lab.endOf(handle).finally(() => (isOver = true));
    await jobOf(spec.name, 'online.cell1');
    while (!isOver) {
      memory.push(
        Number(/VmRSS:\s*(\d+)/.exec(await readFile(`/proc/${worker}/status`, 'utf8'))?.[1]) / 1024,
      );
      await Promise.race([pause(200), end.catch(() => undefined)]);
    }
    expect(stepOf(await end, 'online.cell1')?.detail).toMatch(/^1000000 rows in \d+ batches/);
    const quarter = Math.floor(memory.length / 4);
    const [first, last] = [mean(memory.slice(0, quarter)), mean(memory.slice(-quarter))];
    const events = (await handle.fetchHistory()).events?.length ?? 0;
    const inMebibytes = `${Math.round(first)} MiB in the first quarter, ${Math.round(last)} MiB in the last`;
    process.stdout.write(`a million rows: ${events} events, the worker has ${inMebibytes}\n`);
    expect(last - first).toBeLessThan(32);
    expect(events).toBeLessThan(1000);
  } finally {
    await removeDouble(host);
  }
});

test('each exit code of the real tool lands in its kind', async () => {
  const batch = async (rows: string, ...environment: string[]): Promise<BatchVerdict> => {
    const { exitCode, stdout } = await batchOf(spec.name, rows, ...environment);
    told.push(`exit code ${exitCode}\n${stdout}`);
    return judgeBatch(exitKind(onlineCodes, exitCode), batchProgress(stdout), 50);
  };
  const told: string[] = [];
  // Those that cannot be migrated would fill a batch and hide the others.
  await cell1("DELETE FROM instances WHERE host IS NULL AND project_id = 'none'");
  await cell1(ghostServers(60));
  expect(await batch('50')).toBe('more');
  expect(await batch('50')).toBe('more');
  expect(await batch('50'), told.join('\n')).toBe('done');
  expect(await batch('0')).toBe('misused');
  await cell1(ghostServers(1));
  await cell1('ALTER TABLE instances RENAME COLUMN compute_id TO away');
  expect(await batch('50')).toBe('erred');
  await cell1('ALTER TABLE instances RENAME COLUMN away TO compute_id');
  const nowhere = 'OS_DATABASE__CONNECTION=postgresql+psycopg2://nova@127.0.0.1:9/nova_cell1';
  expect(await batch('50', nowhere, 'OS_DATABASE__MAX_RETRIES=1')).toBe('erred');
  const faulty = "class PrettyTable:\n    def __init__(self, *_, **__): raise RuntimeError('a fault')\n";
  const put = 'mkdir -p /run/faulty && cat > /run/faulty/prettytable.py';
  await host.output(['sh', '-c', put], { stdin: faulty });
  expect((await batchOf(spec.name, '50', 'PYTHONPATH=/run/faulty')).exitCode).toBe(255);
  await host.output(['rm', '-r', '/run/faulty']);
  expect((await batchOf(spec.name, '50', 'timeout', '--foreground', '--signal=KILL', '1')).exitCode).toBe(
    137,
  );
  // Words it does not know are 2 as well, as errors of rows are; it has counted nothing then.
  const unknown = await host.run(['nova-manage', 'db', 'online_data_migrations', '--rows', '50']);
  expect(unknown.exitCode).toBe(2);
  expect(judgeBatch(exitKind(onlineCodes, 2), batchProgress(unknown.stdout), 50)).toBe('misused');
  const unread = [
    'nova-manage',
    '--config-file=/nowhere',
    'db',
    'online_data_migrations',
    '--max-count',
    '50',
  ];
  const { exitCode, stdout } = await host.run(unread);
  expect(judgeBatch(exitKind(onlineCodes, exitCode), batchProgress(stdout), 50)).toBe('broken');
});

test('nova restore asks before it stops anything, and puts back what was there at the dump', async () => {
  const before = await numberOf('SELECT count(*) FROM instances');
  await cli('box', 'dump', spec.name);
  const dumps = JSON.parse((await cli('box', 'dumps', spec.name, '--json')).stdout) as { id: string }[];
  await cell1(ghostServers(10));
  const started = await cli('nova', 'restore', spec.name, '--backup', dumps[0]?.id ?? '', '--detach');
  expect(started.exitCode).toBe(8);
  const handle = (await lab.client()).workflow.getHandle(started.stdout.trim());
  await lab.until(handle, 'asks', ({ steps }) => steps.some(({ asks }) => asks !== undefined));
  expect((await host.run(['systemctl', 'is-active', 'nova-conductor'])).stdout.trim()).toBe('active');
  const approved = await cli('op', 'approve', `restore-nova/${spec.name}`, '--yes', '--reason', 'a test');
  expect(approved.exitCode).toBe(0);
  const end = (await handle.result()) as Progress;
  expect(end.phase).toBe('done');
  expect(await numberOf('SELECT count(*) FROM instances')).toBe(before);
  expect((await lab.install(spec)).phase).toBe('done');
});
