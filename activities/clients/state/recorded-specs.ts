// SPDX-License-Identifier: Apache-2.0
// Specs of boxes as the state directory has them: the one a box stands by, and those that inputs name.
import { join } from 'node:path';
import type { WantedSpec } from '../../../workflows/contracts/box/wanted-spec.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import { Failure } from '../failure.ts';
import type { OwnFile } from './own-files.ts';
import { readRecord } from './records.ts';
import { readNamedSpec, readStandingSpec } from './subject-specs.ts';

const specFile = (box: string): string => join('boxes', box, 'spec.json');

export function specPath(stateDirectory: string, box: string): string {
  return join(stateDirectory, specFile(box));
}

/** The spec by which a box was installed last. */
export async function readSpecOf(stateDirectory: string, name: string): Promise<OwnFile> {
  return readStandingSpec(stateDirectory, { kind: 'box', name });
}

/** The spec that an input names, only as it was when it was named. */
export async function readWantedSpec(
  stateDirectory: string,
  { name, specDigest }: WantedSpec,
): Promise<OwnFile> {
  return readNamedSpec(stateDirectory, { kind: 'box', name }, specDigest);
}

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
