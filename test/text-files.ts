// SPDX-License-Identifier: Apache-2.0
// Lets vitest import scripts as their text, as esbuild does for the programs.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vitest/config';
import { isTextFile } from '../workers/text-files.mjs';

export const textFiles: Plugin = {
  name: 'text-files',
  enforce: 'pre',
  async load(id) {
    return isTextFile(id) ? `export default ${JSON.stringify(await readFile(id, 'utf8'))};` : null;
  },
};
