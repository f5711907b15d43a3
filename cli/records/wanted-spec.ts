// SPDX-License-Identifier: Apache-2.0
// Records a spec in the state directory, where only its owner writes, and returns how an input names it. Starts nothing.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { wantedMirrorFile, type MirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { wantedSpecFile, type WantedSpec } from '../../workflows/contracts/box/wanted-spec.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { Io } from '../terminal/io.ts';

/** Where it is recorded, and by what means. */
export interface WantedPlace {
  readonly io: Pick<Io, 'writePrivate'>;
  readonly stateDirectory: string;
}

/** @idempotent @throws CliError when it cannot be written */
export const recordWanted = (place: WantedPlace, spec: BoxSpec): Promise<WantedSpec> =>
  recordNamed(place, spec, { file: wantedSpecFile, what: 'box' });

/** As recordWanted, of a mirror. */
export const recordWantedMirror = (place: WantedPlace, spec: MirrorSpec): Promise<WantedSpec> =>
  recordNamed(place, spec, { file: wantedMirrorFile, what: 'mirror' });

/** How an input names a spec: SHA-256 of its record. */
export const specDigestOf = (spec: object): string =>
  createHash('sha256').update(recordOf(spec)).digest('hex');

const recordOf = (spec: object): string => `${JSON.stringify(spec)}\n`;

interface RecordedKind {
  readonly file: (wanted: WantedSpec) => string;
  readonly what: string;
}

async function recordNamed(
  { io, stateDirectory }: WantedPlace,
  spec: { readonly name: string },
  { file, what }: RecordedKind,
): Promise<WantedSpec> {
  const wanted = { name: spec.name, specDigest: specDigestOf(spec) };
  const path = join(stateDirectory, file(wanted));
  try {
    await io.writePrivate(path, recordOf(spec));
  } catch (error) {
    throw new CliError(
      'failed',
      `The spec of ${what} ${spec.name} cannot be recorded at ${path}; nothing was started`,
      {
        details: [`cause: ${error instanceof Error ? error.message : String(error)}`],
        next: `Run it as the owner of ${stateDirectory}, or name another state directory in HOLDFAST_STATE`,
      },
    );
  }
  return wanted;
}

/** Returns the recorded spec that an input names, or undefined when there is none such. */
export async function wantedSpecOf(
  { io, stateDirectory }: { readonly io: Pick<Io, 'readText'>; readonly stateDirectory: string },
  wanted: WantedSpec,
): Promise<BoxSpec | undefined> {
  const text = await io.readText(join(stateDirectory, wantedSpecFile(wanted))).catch(() => null);
  try {
    const parsed = parseBoxSpec(JSON.parse(text ?? 'null'));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}
