// SPDX-License-Identifier: Apache-2.0
// Specs of boxes as the state directory has them: the one a box stands by, and those that inputs name.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { wantedSpecFile, type WantedSpec } from '../../../workflows/contracts/box/wanted-spec.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import { Failure } from '../failure.ts';
import { readOwnJson, type OwnFile } from './own-files.ts';
import { readRecord } from './records.ts';

/** What becomes part of a path: nothing that leads elsewhere. */
const isName = (text: string): boolean => /^[a-z][a-z0-9-]{0,46}[a-z0-9]$/.test(text);
const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

const specFile = (box: string): string => join('boxes', box, 'spec.json');

export function specPath(stateDirectory: string, box: string): string {
  return join(stateDirectory, specFile(box));
}

/** The spec by which a box was installed last. */
export async function readSpecOf(stateDirectory: string, box: string): Promise<OwnFile> {
  if (!isName(box)) return noName(box);
  return readOwnJson(stateDirectory, specFile(box));
}

/** The spec that an input names, only as it was when it was named. */
export async function readWantedSpec(stateDirectory: string, wanted: WantedSpec): Promise<OwnFile> {
  if (!isName(wanted.name) || !isDigest(wanted.specDigest)) return noName(wanted.name);
  const file = await readOwnJson(stateDirectory, wantedSpecFile(wanted));
  if (file.kind !== 'read') return file;
  const digest = createHash('sha256').update(file.text).digest('hex');
  if (digest === wanted.specDigest) return file;
  const path = join(stateDirectory, wantedSpecFile(wanted));
  return { kind: 'foreign', why: `${path} has the digest ${digest}: it was changed after it was recorded` };
}

const noName = (name: string): OwnFile => ({
  kind: 'malformed',
  why: `${JSON.stringify(name)} and its digest name no spec`,
});

/** Null when no spec is recorded. @throws Failure Rejected when another user wrote it, or it cannot be read or is damaged */
export async function recordedSpec(stateDirectory: string, box: string): Promise<BoxSpec | null> {
  const on = specPath(stateDirectory, box);
  const file = await readSpecOf(stateDirectory, box);
  if (file.kind === 'foreign') {
    const hint = `See who wrote it; then install the box from its file: holdfast box install FILE`;
    throw new Failure('Rejected', file.why, { on, hint });
  }
  return readRecord(on, {
    what: `recorded spec of box ${box}`,
    parse: parseSpecText,
    next: `install the box from its file: holdfast box install FILE`,
  });
}

function parseSpecText(text: string): BoxSpec {
  const parsed = parseBoxSpec(JSON.parse(text));
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '));
}
