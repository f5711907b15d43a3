// SPDX-License-Identifier: Apache-2.0
// The files of this project as they lie in the tree: everything but what is installed, built or git's own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './planted-tree.ts';

export interface SourceFile {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
}

const skipped = new Set(['node_modules', 'dist', 'test-results', '.git', '.vitest', 'coverage']);

export function readFile(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, lines: text.replace(/\n$/, '').split('\n') };
}

/** Every file of the tree, binary ones as broken text. */
export function allFiles(folder = ''): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (skipped.has(entry.name) || entry.name.endsWith('.log')) return [];
    return entry.isDirectory() ? allFiles(path) : entry.isFile() ? [readFile(path)] : [];
  });
}

export const isCode = ({ path }: SourceFile): boolean => /\.(ts|mjs|cjs)$/.test(path);

export const isShell = ({ path }: SourceFile): boolean => path.endsWith('.sh');

/** The comment lines that open a file, without the shebang and what is said to shellcheck. */
export function headerOf({ path, lines }: SourceFile): string[] {
  const mark = path.endsWith('.sh') ? '#' : '//';
  const opened = lines[0]?.startsWith('#!') === true ? lines.slice(1) : lines;
  const end = opened.findIndex((line) => !line.startsWith(mark));
  return opened.slice(0, end === -1 ? undefined : end).filter((line) => !line.startsWith('# shellcheck '));
}
