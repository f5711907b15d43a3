// SPDX-License-Identifier: Apache-2.0
// The pointer to the revision that clients see: one file, changed by compare-and-swap.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nothing, type Published } from '../../workflows/contracts/mirror/revision.ts';
import { withPublished, type Publications } from '../../workflows/contracts/mirror/publications.ts';
import {
  parsePublications,
  parsePublishedRevision,
} from '../../workflows/contracts/mirror/revision.schema.ts';
import { Failure } from '../clients/failure.ts';
import { readRecord } from '../clients/state/records.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { withFileLock } from '../hosts/file-lock.ts';
import type { Site } from './site.ts';

const pointerPath = ({ data }: Pick<Site, 'data'>): string => join(data, 'published.json');

/** Null when nothing was published yet. @throws Failure Rejected when the pointer cannot be read or is damaged */
export function readPublished(site: Site): Promise<Published | null> {
  return readRecord(pointerPath(site), {
    what: `pointer to the published revision of ${site.box}`,
    parse: (text) => {
      const parsed = parsePublishedRevision(JSON.parse(text));
      if (parsed.ok) return parsed.value;
      throw new Error(parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    },
    next: `refresh the mirror again: holdfast mirrors refresh ${site.box}`,
  });
}

/** The digest of what is published, `nothing` for none. */
export async function publishedDigest(site: Site): Promise<string> {
  return (await readPublished(site))?.revision ?? nothing;
}

/** @throws Failure Conflict when another revision than the expected one is published by now */
export async function requireExpected(site: Site, expected: string, next: string): Promise<void> {
  const have = await publishedDigest(site);
  if (have === expected || have === next) return;
  throw new Failure('Conflict', `Another revision of ${site.box} was published meanwhile`, {
    on: pointerPath(site),
    cause: `revision ${have.slice(0, 16)} is published, this run began at ${expected.slice(0, 16)}`,
    hint: `Start the refresh again: holdfast mirrors refresh ${site.box}`,
  });
}

const publicationsPath = ({ data }: Pick<Site, 'data'>): string => join(data, 'publications.json');

/** Oldest first. @throws Failure Rejected when the record cannot be read or is damaged */
export async function readPublications(site: Site): Promise<Publications> {
  const found = await readRecord(publicationsPath(site), {
    what: `record of the publications of ${site.box}`,
    parse: (text) => {
      const parsed = parsePublications(JSON.parse(text));
      if (parsed.ok) return parsed.value;
      throw new Error(parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
    },
    next: `refresh the mirror again: holdfast mirrors refresh ${site.box}`,
  });
  if (found !== null) return found;
  // Of a site whose pointer is older than the record.
  const published = await readPublished(site);
  if (published === null) return [];
  const { revision, publishedAt, previous } = published;
  const before = previous === null ? [] : [{ revision: previous, publishedAt, replacedAt: publishedAt }];
  return [...before, { revision, publishedAt, replacedAt: null }];
}

export async function writePublications(site: Site, publications: Publications): Promise<void> {
  await writeFileAtomically(publicationsPath(site), `${JSON.stringify(publications)}\n`, 0o644);
}

export interface Swap {
  readonly expected: string;
  readonly next: string;
  readonly now: Date;
  /** See Published. */
  readonly isHeld: boolean;
}

/** Idempotent. @throws Failure Conflict */
export async function swapPointer(site: Site, { expected, next, now, isHeld }: Swap): Promise<void> {
  const path = pointerPath(site);
  await mkdir(dirname(path), { recursive: true });
  await withFileLock(`${path}.lock`, async () => {
    await requireExpected(site, expected, next);
    const last = await readPublished(site);
    if (last?.revision === next && (last.isHeld === true) === isHeld) return;
    const at = now.toISOString();
    const isSame = last?.revision === next;
    const published: Published = {
      revision: next,
      publishedAt: isSame ? last.publishedAt : at,
      previous: isSame ? last.previous : (last?.revision ?? null),
      ...(isHeld && { isHeld }),
    };
    // Before the pointer: what clients see is always among what is kept.
    const from = last?.revision ?? nothing;
    await writePublications(site, withPublished(await readPublications(site), { from, to: next, at }));
    await writeFileAtomically(path, `${JSON.stringify(published)}\n`, 0o644);
  });
}
