// SPDX-License-Identifier: Apache-2.0
// What a site published so far, which of it is kept, and which revision is before another. Pure.

interface Publication {
  readonly revision: string;
  /** For the first time, ISO 8601 in UTC. */
  readonly publishedAt: string;
  /** When another one took its place; null: it is served, or never was. */
  readonly replacedAt: string | null;
}

/** In the order in which they were published first. */
export type Publications = readonly Publication[];

/** Notes that clients are led from one revision to another. One that was published before keeps its place. */
export function withPublished(
  publications: Publications,
  { from, to, at }: { readonly from: string; readonly to: string; readonly at: string },
): Publications {
  const noted = publications.map((each) => ({
    ...each,
    replacedAt: each.revision === to ? null : each.revision === from && from !== to ? at : each.replacedAt,
  }));
  if (noted.some(({ revision }) => revision === to)) return noted;
  return [...noted, { revision: to, publishedAt: at, replacedAt: null }];
}

/**
 * A client that read an index is led by it for so long.
 * @source 72 h: longer than any install takes that began with the index before
 */
const graceSeconds = 72 * 3600;

export interface KeepOptions {
  /** What clients see. */
  readonly current: string;
  /** How many revisions at least. */
  readonly keep: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The newest ones, the one that is served, and those that were served within the last 72 h. */
export function keptPublications(
  publications: Publications,
  { current, keep, now }: KeepOptions,
): Publications {
  const newest = new Set(publications.slice(-keep).map(({ revision }) => revision));
  return publications.filter(
    ({ revision, replacedAt }) =>
      revision === current ||
      newest.has(revision) ||
      (replacedAt !== null && now - Date.parse(replacedAt) < graceSeconds * 1000),
  );
}

/** The one that was published before it; null: none is kept. */
export function publicationBefore(publications: Publications, revision: string): string | null {
  const index = publications.findIndex((each) => each.revision === revision);
  return publications[index - 1]?.revision ?? null;
}
