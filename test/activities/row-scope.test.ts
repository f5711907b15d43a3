// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { summarize } from '../../activities/row-scope.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';

const many = (count: number, have = 'a', want = 'b'): Difference[] =>
  Array.from({ length: count }, (_, index) => ({ what: `row ${index}`, have, want }));

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
    other[499] = { what: 'row 499', have: 'a', want: 'c' };
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
