// SPDX-License-Identifier: Apache-2.0
// Replaces a recorded spec by compare-and-swap: of two changes that were made of one spec the later one is refused.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { withFileLock } from '../../hosts/file-lock.ts';
import { Failure } from '../failure.ts';
import { writeFileAtomically } from './local-files.ts';

export interface Replacement {
  /** Of the record. */
  readonly path: string;
  readonly spec: { readonly name: string };
  /** SHA-256 of the only record that may be replaced. Default: any, and none. */
  readonly base?: string | undefined;
  /** What is recorded now; null: nothing. */
  readonly recorded: () => Promise<object | null>;
  /** By which a spec is recorded whose subject is gone: `holdfast box install FILE`. */
  readonly installCommand: string;
}

const recordOf = (spec: object): string => `${JSON.stringify(spec)}\n`;

/** By which inputs name a spec: SHA-256 of its record. */
export const specDigestOf = (spec: object): string =>
  createHash('sha256').update(recordOf(spec)).digest('hex');

/** Idempotent. @throws Failure PreconditionFailed when another spec than the one it was made of is recorded by now */
export async function replaceSpec(replacement: Replacement): Promise<void> {
  const { path, spec } = replacement;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await withFileLock(`${path}.lock`, async () => {
    await requireBase(replacement);
    await writeFileAtomically(path, recordOf(spec), 0o600);
  });
}

/** For what has to be refused before the record is written. @throws as replaceSpec does */
export async function requireBase({
  path,
  spec,
  base,
  recorded,
  installCommand,
}: Replacement): Promise<void> {
  if (base === undefined) return;
  const present = await recorded();
  const have = present === null ? null : specDigestOf(present);
  if (have === base || have === specDigestOf(spec)) return;
  throw new Failure('PreconditionFailed', `The spec of ${spec.name} was changed meanwhile`, {
    on: path,
    cause: `this change was made of the spec ${base.slice(0, 16)}; recorded is ${have?.slice(0, 16) ?? 'none'}; nothing was recorded`,
    hint:
      present === null
        ? `Install it from its file: ${installCommand}`
        : 'Give the command again: it begins with the spec of now',
  });
}
