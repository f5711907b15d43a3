// SPDX-License-Identifier: Apache-2.0
// One digest over the sources below some folders, so that a stale bundle is found. Reads files, nothing else.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTextFile } from './text-files.mjs';

/**
 * SHA-256, 16 hex digits, over names and contents of all .ts, .mjs, .json and text files (text-files.mjs) below the paths; null when one is absent.
 * @param {string} root
 * @param {readonly string[]} paths files or folders, relative to the root
 * @returns {string | null}
 */
export function sourceDigest(root, paths) {
  const hash = createHash('sha256');
  try {
    for (const path of paths.flatMap((each) => filesBelow(root, each)).sort()) {
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(root, path)))
        .update('\0');
    }
  } catch {
    return null;
  }
  return hash.digest('hex').slice(0, 16);
}

/** @param {string} root @param {string} path @returns {string[]} */
function filesBelow(root, path) {
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = join(path, entry.name);
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name === 'test' ? [] : filesBelow(root, inner);
    return /\.(ts|mjs|json)$/.test(entry.name) || isTextFile(entry.name) ? [inner] : [];
  });
}
