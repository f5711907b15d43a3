// SPDX-License-Identifier: Apache-2.0
// Reads the prebuilt workflow bundle, and refuses one that was built from other sources. Builds nothing.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sourceDigest } from './source-digest.mjs';

/**
 * The bundle beside the program.
 * @throws Error when it is missing, or when the workflows' sources stand beside it and differ from those it was built from
 */
export function readBundle(programDirectory: string): string {
  const path = join(programDirectory, 'workflow-bundle.js');
  if (!existsSync(path)) throw new Error(`There is no workflow bundle at ${path}; run: npm run build`);
  const built = readFileSync(join(programDirectory, 'workflow-digest'), 'utf8').trim();
  // An installation without sources has nothing to compare with, and nothing that could be newer.
  const present = sourceDigest(dirname(programDirectory), ['workflows']);
  if (present !== null && present !== built) {
    throw new Error(
      `The workflow bundle was built from other sources (${built}) than those present (${present}); run: npm run build`,
    );
  }
  return readFileSync(path, 'utf8');
}
