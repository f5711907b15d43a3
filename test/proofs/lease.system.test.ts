// SPDX-License-Identifier: Apache-2.0
// Two Temporals and one box: the lease refuses the second, and lets it in once the first is gone.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boxHost } from '../../activities/clients/host/host.ts';
import { readHolder } from '../../activities/clients/host/lease.ts';
import { jobOf, journalIntervals, overlapsOf } from '../system/job-watch.ts';
import { kill, Lab, labSpec } from '../system/lab.ts';

const spec = labSpec('leased-box', 25);
let first: Lab;
let second: Lab;

beforeAll(async () => {
  first = await Lab.create();
  await first.install(spec);
  // Shares secrets and specs, as after restoring a backup; knows nothing of the first one's runs.
  second = await first.sibling();
});
afterAll(async () => {
  await second.dispose(spec.name);
  await first.dispose();
});

const applying = (row: string) => (progress: { rows: readonly { id: string; status: string }[] }) =>
  progress.rows.some((each) => each.id === row && each.status === 'applying');

test('a second Temporal is refused by the lease, with the name of its holder', async () => {
  await boxHost(spec.name).output(['rm', '-r', '/etc/keystone/fernet-keys']);
  const running = await first.startInstall(spec);
  await first.until(running, 'applying', applying('keystone.keys'));
  await expect(second.install(spec)).rejects.toMatchObject({
    cause: { type: 'Conflict', message: expect.stringContaining(`install-box/${spec.name}`) as string },
  });
  expect(((await running.result()) as { phase: string }).phase).toBe('done');
  expect((await readHolder(spec.name)).holder).toBeNull();
});

test('drift of a box that a run holds is busy, with the name of its holder', async () => {
  await boxHost(spec.name).output(['rm', '-r', '/etc/keystone/fernet-keys']);
  const running = await first.startInstall(spec);
  await first.until(running, 'applying', applying('keystone.keys'));
  const report = await second.drift(spec.name);
  expect(report).toMatchObject({
    result: 'busy',
    holder: expect.stringContaining(`install-box/${spec.name}`) as string,
  });
  await running.result();
});

test('the first Temporal and its database gone: the second takes over after the lease ran out, and no job overlaps', async () => {
  await boxHost(spec.name).output(['rm', '-r', '/etc/keystone/fernet-keys']);
  const running = await first.startInstall(spec);
  await first.until(running, 'applying', applying('keystone.keys'));
  await jobOf(spec.name, 'keystone.keys');
  const { temporal, worker } = await first.processes();
  kill(temporal, 'SIGKILL');
  kill(worker, 'SIGKILL');
  await rm(join(first.stateDirectory, 'temporal', 'temporal.db'), { force: true });
  const { epoch } = await readHolder(spec.name);

  await expect(second.install(spec)).rejects.toMatchObject({ cause: { type: 'Conflict' } });
  const takenOver = await untilTaken();
  expect(takenOver.phase).toBe('done');
  expect((await readHolder(spec.name)).epoch).toBeGreaterThan(epoch);
  expect(overlapsOf(await journalIntervals(spec.name))).toEqual([]);
  expect((await second.drift(spec.name)).result).toBe('same');

  // The first comes back with an empty database and finds everything as wanted.
  await first.up();
  const adopted = await first.install(spec);
  expect(adopted.rows.every((row) => row.status === 'same')).toBe(true);
});

/** As a person would: tries again until the silent holder's 60 s are over. */
async function untilTaken() {
  for (let tries = 0; ; tries += 1) {
    try {
      return await second.install(spec);
    } catch (error) {
      if (tries > 30) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }
}
