// SPDX-License-Identifier: Apache-2.0
// What a site remembers of bundles: the last generation that it made, and the last bundle that it published.
import { join } from 'node:path';
import type { Received } from '../../../workflows/contracts/mirror/bundle.ts';
import { parseExported, parseReceived } from '../../../workflows/contracts/mirror/bundle.schema.ts';
import type { Parsed } from '../../../workflows/contracts/run/parse.schema.ts';
import { writeFileAtomically } from '../state/local-files.ts';
import { readRecord } from '../state/records.ts';

const parsedBy =
  <T>(parse: (raw: unknown) => Parsed<T>) =>
  (text: string): T => {
    const parsed = parse(JSON.parse(text));
    if (parsed.ok) return parsed.value;
    throw new Error(parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
  };

const receivedPath = (data: string): string => join(data, 'received.json');
const exportedPath = (data: string): string => join(data, 'exported.json');

/** Null before the first import. `data`: folder of the site. @throws Failure Rejected when the note cannot be read: no bundle is known to be new then */
export function readReceived(data: string): Promise<Received | null> {
  return readRecord(receivedPath(data), {
    what: 'note of the last imported bundle',
    parse: parsedBy(parseReceived),
    next: 'write the site, generation and digest of the last receipt into it again',
  });
}

export async function writeReceived(data: string, received: Received): Promise<void> {
  await writeFileAtomically(receivedPath(data), `${JSON.stringify(received)}\n`, 0o600);
}

/** 0 before the first export. @throws Failure Rejected when the note cannot be read */
export async function lastGeneration(data: string): Promise<number> {
  const exported = await readRecord(exportedPath(data), {
    what: 'note of the last exported bundle',
    parse: parsedBy(parseExported),
    next: 'write {"generation": N} into it, with the generation that the last bundle has',
  });
  return exported?.generation ?? 0;
}

export async function writeGeneration(data: string, generation: number): Promise<void> {
  await writeFileAtomically(exportedPath(data), `${JSON.stringify({ generation })}\n`, 0o600);
}
