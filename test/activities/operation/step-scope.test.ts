// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../activities/hosts/host.ts';
import { settleLiveJobs, summarize, type StepScope } from '../../../activities/step-scope.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';

const many = (count: number, have = 'a', want = 'b'): Difference[] =>
  Array.from({ length: count }, (_, index) => ({ what: `step ${index}`, have, want }));

describe('summarize()', () => {
  it('summarize() says same when nothing differs', () => {
    expect(summarize([])).toMatchObject({ verdict: 'same', count: 0, differences: [] });
  });

  it('summarize() keeps all differences in order when they are few', () => {
    expect(summarize(many(3))).toMatchObject({ verdict: 'differs', count: 3, differences: many(3) });
  });

  it('summarize() keeps at most 50 differences and counts all when there are many', () => {
    const { count, differences } = summarize(many(4000));
    expect(count).toBe(4000);
    expect(differences.length).toBeLessThanOrEqual(50);
    expect(differences).toEqual(many(4000).slice(0, differences.length));
    expect(summarize(many(50)).differences).toHaveLength(50);
  });

  it.each([1, 20, 60, 400])('summarize() fits in 4 KiB when there are %i long differences', (count) => {
    const observed = summarize(many(count, 'x'.repeat(300), 'y'.repeat(300)));
    expect(Buffer.byteLength(JSON.stringify(observed))).toBeLessThanOrEqual(4096);
    expect(observed.differences.length).toBeGreaterThan(0);
  });

  it('summarize() cuts each text at 160 characters when it is longer', () => {
    const [kept] = summarize([{ what: 'w'.repeat(160), have: 'h'.repeat(161), want: 'short' }]).differences;
    expect(kept).toEqual({ what: 'w'.repeat(160), have: `${'h'.repeat(157)}...`, want: 'short' });
  });

  it('summarize() gives another digest when only a difference differs that is not shown', () => {
    const [one, other] = [many(500), many(500)];
    other[499] = { what: 'step 499', have: 'a', want: 'c' };
    const [first, second] = [summarize(one), summarize(other)];
    expect(first.differences).toEqual(second.differences);
    expect(first.digest).not.toBe(second.digest);
    expect(summarize(many(500)).digest).toBe(first.digest);
    expect(first.digest).toMatch(/^[0-9a-f]{16}$/);
  });

  it('summarize() gives another digest when the order or the count is another', () => {
    const digests = [many(1), many(2), many(2).reverse(), []].map((each) => summarize(each).digest);
    expect(new Set(digests).size).toBe(4);
  });

  it('summarize() takes secrets out when a difference shows them, also across its cut', () => {
    const secret = 'hunter2hunter2';
    const key = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(300)}\n-----END PRIVATE KEY-----`;
    const observed = summarize([
      { what: 'line 1', have: `password = ${secret}`, want: `postgres://keystone:${secret}@db/x` },
      { what: 'line 2', have: `${'x'.repeat(140)} password=${secret}`, want: key },
    ]);
    expect(JSON.stringify(observed)).not.toMatch(/hunter2|AAAA/);
    expect(observed.differences[1]?.want).toBe('[private key]');
  });

  it('summarize() gives one digest when differences differ in a secret alone, so that it is no hash of one', () => {
    const digestOf = (secret: string) =>
      summarize([{ what: 'x', have: `password=${secret}`, want: '' }]).digest;
    expect(digestOf('one')).toBe(digestOf('two'));
  });
});

describe('settleLiveJobs()', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** A host on which each job lives for so many seconds more; whoever waits for one lets time pass. */
  function hostWith(jobs: Record<string, number>) {
    const began = Date.now();
    const asked: string[] = [];
    const after = (name: string, seconds: number) => async (key: string) => {
      asked.push(`${name} ${key}`);
      vi.advanceTimersByTime(seconds * 1000);
    };
    const commands = {
      live: async () => Object.keys(jobs).filter((key) => Date.now() < began + (jobs[key] ?? 0) * 1000),
      wait: after('wait', 5),
      stop: after('stop', 10),
      logPath: (key: string) => `lab:/jobs/${key}/`,
    };
    return { host: { name: 'lab', commands } as unknown as Host, asked };
  }

  const scopeOf = (cancel: 'finish' | 'kill', isAborted = false): StepScope =>
    ({
      context: { step: 'schema', cancel },
      signal: isAborted ? AbortSignal.abort() : new AbortController().signal,
    }) as unknown as StepScope;

  it('settleLiveJobs() waits for jobs of earlier tries, and not for its own', async () => {
    const { host, asked } = hostWith({ 'n.schema.1': 12, 'n.schema.2': 9999 });
    await settleLiveJobs(host, scopeOf('finish'), 'n.schema.2');
    expect(asked).toEqual(['wait n.schema.1', 'wait n.schema.1', 'wait n.schema.1']);
  });

  it.each(['finish', 'kill'] as const)(
    'settleLiveJobs() names what still runs when it does not end in time (%s)',
    async (cancel) => {
      const { host } = hostWith({ 'n.schema.1': 9999, 'n.schema.2': 9999 });
      const began = Date.now();
      await expect(settleLiveJobs(host, scopeOf(cancel))).rejects.toMatchObject({
        code: 'Conflict',
        message: '2 commands of an earlier try of schema did not end in 480 s',
        facts: {
          on: 'lab',
          cause: 'still running: n.schema.1, n.schema.2',
          logPath: 'lab:/jobs/n.schema.1/',
        },
      });
      // Within the time of a look.
      expect((Date.now() - began) / 1000).toBeLessThan(500);
    },
  );

  it('settleLiveJobs() lets go when its worker is stopped', async () => {
    const { host } = hostWith({ 'n.schema.1': 9999 });
    await expect(settleLiveJobs(host, scopeOf('finish', true))).rejects.toThrow('Detached');
  });
});
