// SPDX-License-Identifier: Apache-2.0
// MigrateNova on the real Nova: rows in batches, everything killed on the way, its lock in PostgreSQL, and the way back.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkflowHandle } from '@temporalio/client';
import type { JobResult } from '../../activities/clients/host/durable-command.ts';
import { boxHost } from '../../activities/clients/host/host.ts';
import { query } from '../../activities/clients/sql.ts';
import { onlineCodes } from '../../profiles/exit-codes.ts';
import { exitKind } from '../../workflows/contracts/database-driver.ts';
import { batchProgress, judgeBatch, type BatchVerdict } from '../../workflows/contracts/online-migrations.ts';
import { taskQueue } from '../../workflows/contracts/messages.ts';
import type { Progress, RowProgress } from '../../workflows/contracts/progress.ts';
import { isJobAlive, journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { kill, Lab } from '../system/lab.ts';
import { borrowAlone, sharedSpec as spec, type Borrowed } from '../system/shared-cloud.ts';

const host = boxHost(spec.name);
let lab: Lab;
let giveBack: Borrowed['giveBack'];

beforeAll(async () => {
  const borrowed = await borrowAlone();
  ({ giveBack } = borrowed);
  lab = Lab.at(borrowed.cloud.stateDirectory);
  await cell1(ghostHost);
}, 1_500_000);
// Servers and their host are on no other file's way: the cloud is not cleaned of them.
afterAll(() => giveBack());

const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });
const cell1 = (statement: string) => query(host, 'nova_cell1', statement);
const numberOf = async (statement: string): Promise<number> => Number((await cell1(statement))[0]?.[0]);
const pending = () => numberOf("SELECT count(*) FROM instances WHERE host = 'ghost' AND compute_id IS NULL");
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A host that is gone: its servers can be migrated, and no living program looks after them. */
const ghostHost = `INSERT INTO compute_nodes (created_at, deleted_at, deleted, uuid, host, hypervisor_hostname, vcpus, memory_mb,
  local_gb, vcpus_used, memory_mb_used, local_gb_used, hypervisor_type, hypervisor_version, cpu_info)
  VALUES (now(), now(), 99, gen_random_uuid()::text, 'ghost', 'ghost', 1, 1, 1, 0, 0, 0, 'fake', 1, '')`;

/** As Zed left them: without the id of their compute node. */
const servers = (count: number, where: string): string =>
  `INSERT INTO instances (created_at, deleted, uuid, host, node, availability_zone, vm_state, project_id, user_id)
  SELECT now(), 0, gen_random_uuid()::text, ${where}, ${where}, 'nova', 'active', 'none', 'none' FROM generate_series(1, ${count})`;

async function startMigration(): Promise<WorkflowHandle> {
  const { workflow } = await lab.client();
  const args = [{ name: spec.name, takeOver: false }];
  return workflow.start('MigrateNova', { workflowId: `migrate-nova/${spec.name}`, taskQueue, args });
}

const rowOf = ({ rows }: Progress, id: string): RowProgress | undefined => rows.find((row) => row.id === id);

/** A session of its own in the box, until it is ended: the migration may be slow to come to its lock. */
async function holdLock(name: string): Promise<void> {
  const statement = `SELECT pg_advisory_lock(hashtextextended('${name}', 0)), pg_sleep(900)`;
  const asPostgres = 'setpriv --reuid=postgres --regid=postgres --init-groups';
  const script = `setsid ${asPostgres} psql --no-psqlrc --dbname=postgres --command="$1" > /dev/null 2>&1 < /dev/null &`;
  await host.output(['sh', '-c', script, 'sh', statement]);
  const held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted";
  await expect.poll(() => query(host, 'postgres', held), { timeout: 20_000 }).toEqual([['1']]);
}

async function freeLocks(): Promise<void> {
  const holders = "query LIKE '%pg_sleep(900)%' AND pid <> pg_backend_pid()";
  await query(host, 'postgres', `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${holders}`);
}

async function jobOf(row: string): Promise<void> {
  while (!(await isJobAlive(spec.name, row))) await pause(10);
}

async function processesOf(name: string): Promise<string[]> {
  const { stdout } = await host.run(['pgrep', '--full', name]);
  return stdout.split('\n').filter(Boolean);
}

test('rows are migrated in batches, also those behind sixty that cannot be, and a second run finds nothing to do', async () => {
  await cell1(servers(60, 'NULL::text'));
  await cell1(servers(3000, "'ghost'"));
  const told = (await cli('nova', 'status', spec.name)).stdout;
  expect(told).toContain('3000 rows pending, never run');
  expect(await pending()).toBe(3000);

  const first = await lab.endOf(await startMigration());
  expect(first.phase).toBe('done');
  expect(await pending()).toBe(0);
  expect(
    await numberOf("SELECT count(*) FROM instances WHERE compute_id IS NULL AND project_id = 'none'"),
  ).toBe(60);
  expect(rowOf(first, 'online.cell1')?.detail).toMatch(/^3000 rows in \d+ batches; \d+ cannot be migrated/);

  expect((await cli('nova', 'status', spec.name, '--exit-code')).exitCode).toBe(0);
  const second = await cli('nova', 'migrate', spec.name);
  expect([second.exitCode, second.stderr]).toEqual([
    0,
    expect.stringMatching(/same 9 +changed 1 +skipped 0/),
  ]);
  expect(second.stderr).toMatch(/dump +changed in \S+ [0-9a-f]{16}: 3 databases/);
});

test('the worker, the tool, its lock and PostgreSQL are killed on the way: every row is migrated once, never by two', async () => {
  await cell1(servers(5000, "'ghost'"));
  const handle = await startMigration();
  await jobOf('online.cell1');
  kill((await lab.processes()).worker, 'SIGKILL');
  await lab.up();
  let together = 0;
  const watching = setInterval(() => {
    void processesOf('^/usr/bin/python3 /usr/bin/nova-manage').then(
      (found) => (together = Math.max(together, found.length)),
    );
  }, 300);
  await jobOf('online.cell1');
  await host.run(['pkill', '-KILL', '--full', 'nova-manage']);
  await pause(3000);
  await jobOf('online.cell1');
  await query(host, 'postgres', "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");
  await pause(5000);
  await host.run(['systemctl', 'kill', '--signal=KILL', 'postgresql@17-main']);
  await pause(2000);
  await host.run(['systemctl', 'start', 'postgresql@17-main']);
  const end = await lab.endOf(handle);
  clearInterval(watching);
  expect([end.phase, await pending()]).toEqual(['done', 0]);
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
  expect(together).toBe(1);
}, 1_200_000);

test('each exit code of the real tool lands in its kind', async () => {
  const batch = async (rows: string, ...environment: string[]): Promise<BatchVerdict> => {
    const nova = ['setpriv', '--reuid=nova', '--regid=nova', '--init-groups', '--', 'env', ...environment];
    const tool = ['nova-manage', 'db', 'online_data_migrations', '--max-count', rows];
    const { exitCode, stdout } = await host.run([...nova, ...tool], { timeoutSeconds: 120 });
    return judgeBatch(exitKind(onlineCodes, exitCode), batchProgress(stdout), 50);
  };
  const url = (await host.output(['sed', '-n', 's/^connection = //p', '/etc/nova/nova.conf'])).split('\n');
  const own = `OS_DATABASE__CONNECTION=${url.find((each) => each.includes('/nova_cell1')) ?? ''}`;
  expect(own).toContain('postgresql');
  // Those that cannot be migrated would fill a batch and hide the others.
  await cell1("DELETE FROM instances WHERE host IS NULL AND project_id = 'none'");
  await cell1(servers(60, "'ghost'"));
  expect(await batch('50', own)).toBe('more');
  expect(await batch('50', own)).toBe('more');
  expect(await batch('50', own)).toBe('done');
  expect(await batch('0', own)).toBe('misused');
  await cell1(servers(1, "'ghost'"));
  await cell1('ALTER TABLE instances RENAME COLUMN compute_id TO away');
  expect(await batch('50', own)).toBe('erred');
  await cell1('ALTER TABLE instances RENAME COLUMN away TO compute_id');
  const nowhere = own.replace('127.0.0.1:5432', '127.0.0.1:9');
  expect(await batch('50', nowhere, 'OS_DATABASE__MAX_RETRIES=1')).toBe('erred');
  expect(await batch('50', 'OS_DATABASE__CONNECTION=no-url')).toBe('broken');
});

test("a command waits for whoever holds its lock, on whatever machine, and for nobody else's", async () => {
  // Above every epoch of a lease: those count seconds.
  const fence = { row: 'lock-proof', epoch: 2 ** 40, occurrence: 1, attempt: 1 };
  const start = (key: string) =>
    host.commands.start(key, fence, { argv: ['echo', 'ran'], exclusive: [], databaseLock: 'db:nova' });
  const ended = async (key: string): Promise<JobResult> => {
    for (;;) {
      const report = await host.commands.wait(key, 5);
      if (report.state !== 'running') return host.commands.result(key, report);
    }
  };
  const ran = { exitCode: 0, stdoutTail: 'ran\n', databaseLock: null };
  await holdLock('db:keystone');
  await start('proof-beside');
  expect(await ended('proof-beside')).toMatchObject(ran);
  await freeLocks();

  await holdLock('db:nova');
  await start('proof-refused');
  const refused = await ended('proof-refused');
  expect(refused).toMatchObject({ databaseLock: 'refused', stdoutTail: '' });
  expect(refused.stderrTail.trim()).toMatch(/^The lock db:nova is held by psql \(pid \d+\)$/);

  await start('proof-waiting');
  await pause(3000);
  expect((await host.commands.wait('proof-waiting', 1)).state).toBe('running');
  await freeLocks();
  expect(await ended('proof-waiting')).toMatchObject(ran);
});

test('nova restore asks before it stops anything, and puts back what was there at the dump', async () => {
  const before = await numberOf('SELECT count(*) FROM instances');
  await cli('box', 'dump', spec.name);
  const dumps = JSON.parse((await cli('box', 'dumps', spec.name, '--json')).stdout) as { id: string }[];
  await cell1(servers(10, "'ghost'"));
  const started = await cli('nova', 'restore', spec.name, '--backup', dumps[0]?.id ?? '', '--detach');
  expect(started.exitCode).toBe(8);
  const handle = (await lab.client()).workflow.getHandle(started.stdout.trim());
  await lab.until(handle, 'asks', ({ rows }) => rows.some(({ asks }) => asks !== undefined));
  expect((await host.run(['systemctl', 'is-active', 'nova-conductor'])).stdout.trim()).toBe('active');
  const approved = await cli('op', 'approve', `restore-nova/${spec.name}`, '--yes', '--reason', 'a test');
  expect(approved.exitCode).toBe(0);
  const end = (await handle.result()) as Progress;
  expect(end.phase).toBe('done');
  expect(await numberOf('SELECT count(*) FROM instances')).toBe(before);
  expect((await lab.install(spec)).phase).toBe('done');
});
