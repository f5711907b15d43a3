// SPDX-License-Identifier: Apache-2.0
// Specs of mirrors as the state directory has them: the one a mirror was installed by, and those that inputs name.
import { join } from 'node:path';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import {
  mirrorSpecFile,
  type InstallMirrorInput,
  type MirrorSpec,
} from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { Parsed } from '../../../workflows/contracts/run/parse.schema.ts';
import { Failure } from '../failure.ts';
import type { OwnFile } from './own-files.ts';
import { readNamedSpec, readStandingSpec } from './subject-specs.ts';

/** Null when no mirror of the name is recorded. @throws Failure Rejected for a record that another user wrote, or that is damaged */
export async function recordedMirror(stateDirectory: string, name: string): Promise<MirrorSpec | null> {
  const on = join(stateDirectory, mirrorSpecFile(name));
  const file = await readStandingSpec(stateDirectory, { kind: 'site', name });
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

/** A spec as a program changed it. */
export const judgedMirror = (spec: object): Parsed<MirrorSpec> => parseMirrorSpec(spec);

/** The spec that an input names, only as it was when it was named. */
export async function readWantedMirror(
  stateDirectory: string,
  wanted: Pick<InstallMirrorInput, 'name' | 'specDigest'>,
): Promise<OwnFile> {
  return readNamedSpec(stateDirectory, { kind: 'site', name: wanted.name }, wanted.specDigest);
}
