// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import {
  keptPublications,
  publicationBefore,
  withPublished,
  type Publications,
} from '../../workflows/contracts/mirror/publications.ts';

const hour = 3_600_000;
const at = (hours: number): string => new Date(hours * hour).toISOString();

/** Published one after the other, each after so many hours. */
function published(...revisions: readonly (readonly [string, number])[]): Publications {
  let publications: Publications = [];
  let from = '';
  for (const [to, hours] of revisions) {
    publications = withPublished(publications, { from, to, at: at(hours) });
    from = to;
  }
  return publications;
}

const names = (publications: Publications): string => publications.map(({ revision }) => revision).join('');

describe('publications', () => {
  it('withPublished() keeps the place of a revision that is served again', () => {
    const publications = published(['a', 0], ['b', 1], ['c', 2], ['a', 3]);
    expect(names(publications)).toBe('abc');
    expect(publications.map(({ replacedAt }) => replacedAt)).toEqual([null, at(2), at(3)]);
    expect(publicationBefore(publications, 'c')).toBe('b');
    expect(publicationBefore(publications, 'a')).toBeNull();
  });

  it('withPublished() changes nothing when the same is published twice', () => {
    const once = published(['a', 0], ['b', 1]);
    expect(withPublished(once, { from: 'b', to: 'b', at: at(2) })).toEqual(once);
  });

  it('keptPublications() keeps the newest, the served one, and what was served within three days', () => {
    const publications = published(['a', 0], ['b', 1], ['c', 50], ['d', 60], ['a', 61]);
    const kept = (hours: number, keep: number): string =>
      names(keptPublications(publications, { current: 'a', keep, now: hours * hour }));
    expect(kept(62, 1)).toBe('abcd');
    expect(kept(123, 1)).toBe('acd');
    expect(kept(140, 1)).toBe('ad');
    expect(kept(140, 2)).toBe('acd');
    expect(kept(1000, 100)).toBe('abcd');
  });
});
