// SPDX-License-Identifier: Apache-2.0
// When a credential is due, when the one before may be deleted, and which pending one is gone on with. Pure.
import { describe, expect, test } from 'vitest';
import {
  awaitedConsumers,
  dueAt,
  isLive,
  retireAt,
  type CredentialUse,
  type PendingCredential,
  type PublishedCredential,
} from '../../workflows/contracts/credentials/credential.ts';

const day = 86_400_000;
const start = Date.parse('2026-01-01T00:00:00Z');
const at = (days: number): string => new Date(start + days * day).toISOString();
const issued = (generation: number) => ({
  generation,
  name: `holdfast-glance-${generation}-0123abcd`,
  id: `id-${generation}`,
  secret: `secret-${generation}`,
  createdAt: at(0),
  expiresAt: at(30),
  roles: ['service'],
});
const published: PublishedCredential = { ...issued(2), run: 'a', previous: issued(1) };
const pending: PendingCredential = issued(3);
const use: CredentialUse = { generation: 2, acknowledgedAt: at(1), retiredGeneration: 0 };

describe('dueAt()', () => {
  test('is two thirds of the life, less a share of a tenth of it', () => {
    expect((dueAt(published, 0) - start) / day).toBeCloseTo(20);
    expect((dueAt(published, 1) - start) / day).toBeCloseTo(17);
  });
});

describe('retireAt()', () => {
  test('is one life of a token after the use was seen', () => {
    expect(retireAt(published, use, 3600)).toBe(start + day + 3_600_000);
  });

  test.each([
    ['there is none before', { ...published, previous: null }, use],
    ['it is retired already', published, { ...use, retiredGeneration: 1 }],
  ] as const)('is never when %s', (_, of, seen) => {
    expect(retireAt(of, seen, 3600)).toBeNull();
  });
});

describe('retireAt() of one whose successor nobody was seen to use', () => {
  test.each([
    ['no use was recorded', null],
    ['the use is of an older generation', { ...use, generation: 1 }],
  ] as const)('is when it lapses, when %s', (_, seen) => {
    expect(retireAt(published, seen, 3600)).toBe(Date.parse(published.previous?.expiresAt ?? ''));
  });
});

describe('awaitedConsumers()', () => {
  const said = { consumers: { one: { generation: 3, at: '2026-01-01T00:00:00Z', actor: 'ada' } } };

  test('names those that have not said that they use this generation or a later one', () => {
    expect(awaitedConsumers(['one', 'two'], said, 3)).toEqual(['two']);
    expect(awaitedConsumers(['one', 'two'], said, 4)).toEqual(['one', 'two']);
    expect(awaitedConsumers(['one'], said, 2)).toEqual([]);
    expect(awaitedConsumers(['one'], null, 1)).toEqual(['one']);
  });
});

describe('isLive()', () => {
  test('is true for one that waits to be published', () => {
    expect(isLive(pending, published, start + day)).toBe(true);
    expect(isLive({ ...pending, generation: 1 }, null, start + day)).toBe(true);
  });

  test.each([
    ['there is none', null, start],
    ['it is published', { ...pending, generation: 2 }, start],
    ['it would be due as soon as it is published', pending, start + 18 * day],
  ] as const)('is false when %s', (_, of, now) => {
    expect(isLive(of, published, now)).toBe(false);
  });
});
