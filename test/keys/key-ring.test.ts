// SPDX-License-Identifier: Apache-2.0
// One key after another: which is staged, which is the primary, and when a former one goes. Pure.
import { describe, expect, test } from 'vitest';
import {
  adoptedRing,
  laidKeys,
  mustStage,
  newRing,
  nextSpentAt,
  primaryKey,
  stagedKey,
  withEndedRotation,
  withFoundKeys,
  withoutSpentKeys,
  withPromotedKey,
  withRetiredKeys,
  withRestoredKeys,
  withStagedKey,
  type KeyRing,
  type Retirement,
} from '../../workflows/contracts/keys/key-ring.ts';
import { parseKeyRing } from '../../workflows/contracts/keys/key-ring.schema.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const hour = 3_600_000;
const tokens = { liveSeconds: 3600, isArchived: false };
const credentials = { liveSeconds: 0, isArchived: true };

const ids = (ring: KeyRing): number[] => laidKeys(ring).map(({ id }) => id);
const staged = withStagedKey(newRing('a'), 'b', 'run-1');
const promoted = withPromotedKey(staged);
/** As at the end of a rotation. */
const retired = (retirement: Retirement): KeyRing =>
  withEndedRotation(withoutSpentKeys(withRetiredKeys(promoted, start), retirement, start), 'run-1');
const ended = retired(tokens);

describe('a rotation of a ring', () => {
  test('stages a further key that nothing is made with', () => {
    expect([stagedKey(staged)?.secret, primaryKey(staged).secret, ids(staged)]).toEqual(['b', 'a', [1, 2]]);
  });

  test('promotes it once', () => {
    expect([stagedKey(promoted), primaryKey(promoted).secret]).toEqual([null, 'b']);
    expect(withPromotedKey(promoted)).toEqual(promoted);
  });

  test('keeps the former key until no token can need it', () => {
    expect(ids(ended)).toEqual([1, 2]);
    expect(nextSpentAt(ended, tokens)).toBe(start + hour);
    expect(ids(withoutSpentKeys(ended, tokens, start + hour - 1))).toEqual([1, 2]);
    expect(ids(withoutSpentKeys(ended, tokens, start + hour))).toEqual([2]);
  });

  test('keeps a former key as long as nothing else was seen in use', () => {
    expect(ids(withoutSpentKeys(promoted, credentials, start))).toEqual([1, 2]);
  });

  test('counts from when another key was seen in use, and not from a later look', () => {
    const looked = withRetiredKeys(ended, start + hour / 2);
    expect(nextSpentAt(looked, tokens)).toBe(start + hour);
  });

  test('keeps a former key of credentials in the store alone, and lays it again for a dump', () => {
    const archived = retired(credentials);
    expect([ids(archived), archived.keys.length]).toEqual([[2], 2]);
    const restored = withRestoredKeys(archived, [1]);
    expect(ids(restored)).toEqual([1, 2]);
    // What it encrypted is there again: the next rotation begins with it.
    expect(ids(withoutSpentKeys(restored, credentials, start + hour))).toEqual([1, 2]);
    expect(withRestoredKeys(archived, [])).toEqual(archived);
    // Its id is never given to another one.
    expect(stagedKey(withStagedKey(archived, 'c', 'run-2'))?.id).toBe(3);
  });
});

describe('mustStage()', () => {
  test.each([
    ['there was no rotation', newRing('a'), 'run-1', false, true],
    ['this run staged one', staged, 'run-1', false, false],
    ['an earlier run staged one, which is gone on with', staged, 'run-2', false, false],
    ['an earlier run staged one, which others may know', staged, 'run-2', true, true],
    ['this run ended its rotation', ended, 'run-1', false, false],
    ['another run ended its own', ended, 'run-2', false, true],
  ] as const)('is as it must be when %s', (_, ring, run, isFresh, expected) => {
    expect(mustStage(ring, run, isFresh)).toBe(expected);
  });
});

describe('withStagedKey()', () => {
  test('replaces a key that was staged and never used', () => {
    const again = withStagedKey(staged, 'c', 'run-2');
    expect([ids(again), stagedKey(again)?.secret, again.rotation]).toEqual([[1, 3], 'c', 'run-2']);
  });
});

describe('adoptedRing()', () => {
  test('takes the highest for the primary, and the others for retired', () => {
    const ring = adoptedRing(
      [
        { id: 4, secret: 'd' },
        { id: 3, secret: 'c' },
      ],
      new Date(start).toISOString(),
    );
    expect([ring.primary, ids(ring), nextSpentAt(ring, tokens)]).toEqual([4, [3, 4], start + hour]);
    expect(parseKeyRing(ring).ok).toBe(true);
  });
});

describe('withFoundKeys()', () => {
  test('takes keys that the ring does not have, the last of them as the primary', () => {
    const ring = withFoundKeys(newRing('a'), ['a', 'b', 'c']);
    expect([ids(ring), primaryKey(ring).secret, stagedKey(ring)]).toEqual([[1, 2, 3], 'c', null]);
    expect(parseKeyRing(ring).ok).toBe(true);
  });

  test('changes nothing for keys that the ring has, laid or in the store alone', () => {
    const archived = retired(credentials);
    expect(withFoundKeys(archived, ['a', 'b'])).toBe(archived);
  });
});

describe('parseKeyRing()', () => {
  test.each([
    ['its primary is no key', { ...ended, primary: 7 }, 'primary: Is none of the keys'],
    [
      'two are staged',
      { ...ended, keys: [...ended.keys, { ...ended.keys[0], id: 3 }, { ...ended.keys[0], id: 4 }] },
      'keys: More than one is staged',
    ],
    ['it has no keys', { ...ended, keys: [] }, 'keys'],
    ['it is none', null, '(whole input)'],
  ])('refuses a record when %s', (_, raw, message) => {
    const parsed = parseKeyRing(raw);
    const texts = parsed.ok ? [] : parsed.issues.map(({ path, message: text }) => `${path}: ${text}`);
    expect(texts.join('\n')).toContain(message);
  });
});
