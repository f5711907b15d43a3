// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostBudget } from '../../../activities/clients/content/host-budget.ts';
import { retryAfterSeconds } from '../../../activities/clients/content/upstream.ts';

let folder: string;
let now: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-budget-'));
  now = 1_000_000_000_000;
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const budgetOf = (requests = 3): HostBudget =>
  new HostBudget(
    folder,
    { 'hub.test': { requests, seconds: 3600 } },
    { now: () => now, pause: (milliseconds, signal) => sleep(milliseconds, undefined, signal && { signal }) },
  );

describe('HostBudget', () => {
  it('take() counts what an earlier process took', async () => {
    await budgetOf().take('hub.test');
    await budgetOf().take('hub.test');
    await budgetOf().take('hub.test');
    expect(await budgetOf().waitSeconds('hub.test')).toBe(3600);
    now += 3_600_000;
    expect(await budgetOf().waitSeconds('hub.test')).toBe(0);
  });

  it('take() lets no more through than the limit when many ask at once', async () => {
    const budget = budgetOf(5);
    const stop = new AbortController();
    let taken = 0;
    const asks = Array.from({ length: 20 }, () =>
      budget.take('hub.test', stop.signal).then(
        () => (taken += 1),
        () => undefined,
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    stop.abort();
    await Promise.all(asks);
    expect(taken).toBe(5);
  });

  it('hold() outlives the process, and a shorter wait does not end it', async () => {
    await budgetOf().hold('other.test', 120);
    await budgetOf().hold('other.test', 5);
    expect(await budgetOf().waitSeconds('other.test')).toBe(120);
    await budgetOf().hold('other.test', 9_999_999);
    expect(await budgetOf().waitSeconds('other.test')).toBe(86_400);
  });

  it('take() counts back from each request, not from the first of an hour', async () => {
    await budgetOf().take('hub.test');
    now += 3_000_000;
    await budgetOf().take('hub.test');
    await budgetOf().take('hub.test');
    // The first is older than an hour, the others are not.
    now += 700_000;
    await budgetOf().take('hub.test');
    expect(await budgetOf().waitSeconds('hub.test')).toBe(2900);
  });

  it('take() goes on with what was written before each request had its time', async () => {
    await budgetOf().take('hub.test');
    const [name = ''] = await readdir(folder);
    const old = { host: 'hub.test', heldUntil: 0, windowBegan: now - 600_000, taken: 3 };
    await writeFile(join(folder, name), JSON.stringify(old));
    expect(await budgetOf().waitSeconds('hub.test')).toBe(3000);
  });

  it('quotas() tells what is left, by the word of the host before ours', async () => {
    await budgetOf().take('hub.test');
    await budgetOf().hold('slow.test', 90);
    await budgetOf().keep('told.test', { limit: 100, left: 63, seconds: 21_600 });
    expect(await budgetOf().quotas()).toEqual([
      { host: 'hub.test', limit: 3, left: 2, seconds: 3600, waitSeconds: 0 },
      { host: 'slow.test', limit: null, left: null, seconds: null, waitSeconds: 90 },
      { host: 'told.test', limit: 100, left: 63, seconds: 21_600, waitSeconds: 0 },
    ]);
  });

  it('waitSeconds() holds nobody for years when the clock was set back', async () => {
    await budgetOf().hold('other.test', 3600);
    now -= 10 * 86_400_000;
    expect(await budgetOf().waitSeconds('other.test')).toBe(0);
  });

  it.each(['', '{}', '{"host":"another","heldUntil":0,"windowBegan":0,"taken":0}', 'null'])(
    'take() refuses a file that holds %j',
    async (text) => {
      await budgetOf().hold('hub.test', 1);
      const [name = ''] = await readdir(folder);
      await writeFile(join(folder, name), text);
      await expect(budgetOf().take('hub.test')).rejects.toMatchObject({ code: 'Rejected' });
    },
  );
});

describe('retryAfterSeconds', () => {
  it.each([
    ['7', 7],
    ['Sun, 09 Sep 2001 01:46:50 GMT', 10],
    ['Sun, 09 Sep 2000 01:46:50 GMT', 0],
    ['soon', null],
  ])('retryAfterSeconds() reads %s', (header, seconds) => {
    expect(retryAfterSeconds(header, now)).toBe(seconds);
  });
});
