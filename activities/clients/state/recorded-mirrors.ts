// SPDX-License-Identifier: Apache-2.0
// Specs of mirrors as the state directory has them: the one a mirror was installed by, and those that inputs name.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import {
  mirrorSpecFile,
  wantedMirrorFile,
  type InstallMirrorInput,
  type MirrorSpec,
} from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { Failure } from '../failure.ts';
import { readOwnJson, type OwnFile } from './own-files.ts';

/** Null when no mirror of the name is recorded. @throws Failure Rejected for a record that another user wrote, or that is damaged */
export async function recordedMirror(stateDirectory: string, name: string): Promise<MirrorSpec | null> {
  const on = join(stateDirectory, mirrorSpecFile(name));
  const file = await readOwnJson(stateDirectory, mirrorSpecFile(name));
  if (file.kind === 'absent') return null;
  const hint = `mv ${on} ${on}.damaged; then install the mirror from its file: holdfast mirrors install FILE`;
  if (file.kind !== 'read')
    throw new Failure('Rejected', `The recorded spec of mirror ${name} cannot be used`, {
      on,
      cause: file.why,
      hint,
    });
  const parsed = parseMirrorSpec(file.value);
  if (parsed.ok) return parsed.value;
  const cause = parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new Failure('Rejected', `The recorded spec of mirror ${name} is damaged`, { on, cause, hint });
}

/** The spec that an input names, only as it was when it was named. */
export async function readWantedMirror(
  stateDirectory: string,
  wanted: Pick<InstallMirrorInput, 'name' | 'specDigest'>,
): Promise<OwnFile> {
  const file = await readOwnJson(stateDirectory, wantedMirrorFile(wanted));
  if (file.kind !== 'read') return file;
  const digest = createHash('sha256').update(file.text).digest('hex');
  if (digest === wanted.specDigest) return file;
  const path = join(stateDirectory, wantedMirrorFile(wanted));
  return { kind: 'foreign', why: `${path} has the digest ${digest}: it was changed after it was recorded` };
}
