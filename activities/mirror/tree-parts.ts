// SPDX-License-Identifier: Apache-2.0
// The files and links that a tree of a revision is made of: which are not as they should be, and how they are laid.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readText, writeFileAtomically } from '../clients/state/local-files.ts';
import { linkText, pointLink, targetOf } from './link.ts';

/** A file with its text, or a link with what it leads to. */
export type TreePart =
  { readonly path: string; readonly text: string } | { readonly path: string; readonly target: string };

/** Those that are missing or others. */
export async function wrongParts(parts: readonly TreePart[]): Promise<TreePart[]> {
  const wrong: TreePart[] = [];
  for (const part of parts) {
    const isRight =
      'text' in part
        ? (await readText(part.path)) === part.text
        : (await targetOf(part.path)) === linkText(part.path, part.target);
    if (!isRight) wrong.push(part);
  }
  return wrong;
}

/** Idempotent. */
export async function layParts(parts: readonly TreePart[]): Promise<void> {
  for (const part of parts) {
    if ('target' in part) await pointLink(part.path, part.target);
    else {
      await mkdir(dirname(part.path), { recursive: true, mode: 0o755 });
      await writeFileAtomically(part.path, part.text, 0o644);
    }
  }
}
