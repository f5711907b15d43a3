// SPDX-License-Identifier: Apache-2.0
// Specs of subjects as the state directory has them: the one a subject stands by, and those that inputs name. Parses none.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { subjectFolders, type Subject } from '../../../workflows/contracts/run/subject.ts';
import { readOwnJson, type OwnFile } from './own-files.ts';

/** What becomes part of a path: nothing that leads elsewhere. */
const isName = (text: string): boolean => /^[a-z][a-z0-9-]{0,46}[a-z0-9]$/.test(text);
const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** The spec that a subject stands by. Never throws. */
export async function readStandingSpec(stateDirectory: string, { kind, name }: Subject): Promise<OwnFile> {
  if (!isName(name)) return noName(kind, name);
  return readOwnJson(stateDirectory, join(subjectFolders[kind], name, 'spec.json'));
}

/** The spec that an input names, only as it was when it was named. Never throws. */
export async function readNamedSpec(
  stateDirectory: string,
  { kind, name }: Subject,
  specDigest: string,
): Promise<OwnFile> {
  if (!isName(name) || !isDigest(specDigest)) return noName(kind, name);
  const path = join(subjectFolders[kind], name, 'wanted', `${specDigest}.json`);
  const file = await readOwnJson(stateDirectory, path);
  if (file.kind !== 'read') return file;
  const digest = createHash('sha256').update(file.text).digest('hex');
  if (digest === specDigest) return file;
  const why = `${join(stateDirectory, path)} has the digest ${digest}: it was changed after it was recorded`;
  return { kind: 'foreign', why };
}

const noName = (kind: string, name: string): OwnFile => ({
  kind: 'malformed',
  why: `${JSON.stringify(name)} and its digest name no spec of a ${kind}`,
});
