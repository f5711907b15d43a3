// SPDX-License-Identifier: Apache-2.0
// Symbolic links that change whole: a reader sees the old target or the new one. Relative, since the box sees both ends elsewhere.
import { mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

/** Null when there is no link. */
export function targetOf(path: string): Promise<string | null> {
  return readlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EINVAL') return null;
    throw error;
  });
}

/** What a link at `path` to `target` holds. */
export const linkText = (path: string, target: string): string => relative(dirname(path), target);

/** Idempotent. */
export async function pointLink(path: string, target: string): Promise<void> {
  const wanted = linkText(path, target);
  if ((await targetOf(path)) === wanted) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  // A killed process may have left one that leads elsewhere.
  await rm(`${path}.new`, { force: true });
  await symlink(wanted, `${path}.new`);
  await rename(`${path}.new`, path);
}
