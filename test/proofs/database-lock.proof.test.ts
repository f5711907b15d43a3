// SPDX-License-Identifier: Apache-2.0
// The lock in PostgreSQL and the lease: who waits, who is refused, who is ended, on the real ones; never two at once.
// Proves: activities/hosts activities/operation
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobResult } from '../../activities/hosts/durable-command.ts';
import { boxHost } from '../../activities/hosts/host.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import { borrowAlone, sharedSpec as spec, type Borrowed } from '../system/shared-cloud.ts';
import { Lane } from './nova/lock-rounds.ts';

const host = boxHost(spec.name);
let giveBack: Borrowed['giveBack'];

beforeAll(async () => {
  ({ giveBack } = await borrowAlone());
}, 1_500_000);
afterAll(async () => {
  await Lane.clean(spec.name);
  await giveBack();
});

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A session of its own in the box, until it is ended. */
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

test("a command waits for whoever holds its lock, on whatever machine, and for nobody else's", async () => {
  // Above every epoch of a lease: those count seconds.
  const fencingToken = { step: 'lock-proof', epoch: 2 ** 40, occurrence: 1, attempt: 1 };
  const start = (key: string) =>
    host.commands.start(key, fencingToken, { argv: ['echo', 'ran'], exclusive: [], databaseLock: 'db:nova' });
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

// The same rounds by the thousand: `npm run campaign -- locks --rounds 1000`.
test('zombies and lost locks: no two commands of one lock at once', async () => {
  const lanes = [0, 1, 2, 3].map((lane) => new Lane(spec.name, lane));
  for (const lane of lanes) await lane.prepare();
  const [zombies, ...losers] = lanes;
  const ends = await Promise.all([
    (async () => {
      const found = [];
      for (let round = 0; round < 12; round += 1) found.push(await zombies?.zombie());
      return found;
    })(),
    ...losers.map(async (lane) => [await lane.loss(), await lane.loss()]),
  ]);
  expect(new Set(ends.slice(1).flat())).toEqual(new Set(['lost']));
  expect(ends[0]?.filter((end) => end === 'refused' || end === 'waited').length).toBeGreaterThan(0);
  for (const lane of lanes) expect(await lane.overlaps()).toBe(0);
});

test('without the lock the same round finds two at once', async () => {
  const lane = new Lane(spec.name, 4, false);
  await lane.prepare();
  expect(await lane.loss()).toBe('finished');
  expect(await lane.overlaps()).toBeGreaterThan(0);
});
