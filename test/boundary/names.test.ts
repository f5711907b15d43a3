// SPDX-License-Identifier: Apache-2.0
// Names that stand only where they may: drawers, lint exceptions, this machine.
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './planted-tree.ts';
import { allFiles, isCode, type SourceFile } from './source-files.ts';

const files = allFiles();

/** A name that says nothing becomes a drawer for everything. */
const drawer = /(^|[/.-])(utils?|helpers?|common|managers?|support|misc)([/.-]|$)/;

const disabled = ({ path, lines }: SourceFile): string[] =>
  lines.flatMap((line, index) =>
    /\/[/*]\s*(eslint-disable|@ts-(ignore|expect-error|nocheck))/.test(line) &&
    !/ -- \S+|@ts-expect-error \S+ \S+/.test(line)
      ? [`${path}:${index + 1}`]
      : [],
  );

/** More files than this are a list, not a room. */
const filesMax = 20;

/** Folders with more files than a reader can keep in mind, each with its number. */
function crowded(paths: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const folder = dirname(path);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > filesMax).map(([folder, count]) => `${folder}: ${count}`);
}

describe('names', () => {
  it('no folder holds more than 20 files', () => {
    const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    expect(crowded(tracked)).toEqual([]);
    const planted = Array.from({ length: 21 }, (_, index) => `cli/full/${index}.ts`);
    expect(crowded([...planted, 'cli/one.ts'])).toEqual(['cli/full: 21']);
  });

  it('no file or folder is a drawer when it is named', () => {
    expect(files.map(({ path }) => path).filter((path) => drawer.test(path))).toEqual([]);
    expect(
      ['cli/utils.ts', 'activities/common/x.ts', 'workers/box-manager.ts'].every((path) => drawer.test(path)),
    ).toBe(true);
  });

  it('a disabled rule gives its reason when it stands in the code', () => {
    expect(files.filter(isCode).flatMap(disabled)).toEqual([]);
    const bare = ['// eslint-' + 'disable-next-line no-eval', '// @ts-' + 'ignore'];
    expect(disabled({ path: 'a.ts', text: '', lines: bare })).toEqual(['a.ts:1', 'a.ts:2']);
  });

  it('no file names this clone’s folder or its package registry when it is kept', () => {
    const registry = execFileSync('npm', ['config', 'get', 'registry'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const { host } = new URL(registry.trim());
    const telling = [
      ...(root.split('/').length > 2 ? [root] : []),
      ...(host === 'registry.npmjs.org' ? [] : [host]),
    ];
    const found = files.flatMap(({ path, text }) =>
      telling.filter((name) => text.includes(name)).map((name) => `${path}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('the lock file names no registry when packages are installed from elsewhere', () => {
    expect(files.find(({ path }) => path === 'package-lock.json')?.text).not.toMatch(/"resolved": "https?:/);
  });
});
