// SPDX-License-Identifier: Apache-2.0
// Which build the programs at hand are of.
import { readFile } from 'node:fs/promises';

/** Undefined for programs that run from source: they have no build. */
export async function readBuildId(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch {
    return undefined;
  }
}
