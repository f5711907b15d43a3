// SPDX-License-Identifier: Apache-2.0
// Whether a disk has room for what is to come: asked before the first byte is written.
import { statfs } from 'node:fs/promises';
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import { Failure } from '../../clients/failure.ts';

/** @throws Failure PreconditionFailed naming both numbers */
export async function requireRoom(folder: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new Failure('PreconditionFailed', `There is no room for ${what}`, {
    on: folder,
    cause: `it takes ${bytesText(bytes)}, ${bytesText(free)} are free`,
    hint: 'Free disk there, or name a larger one, then start again; nothing was written',
  });
}
