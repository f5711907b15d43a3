// SPDX-License-Identifier: Apache-2.0
// The sizes we hold ourselves to: files by lines, functions by the syntax tree.
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { allFiles, headerOf, isCode, isSource, type SourceFile } from './source-files.ts';

const files = allFiles().filter(isCode);
const sources = files.filter(isSource);

/** The value below which the share of the numbers lies. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}

const hasReason = (file: SourceFile): boolean => headerOf(file).some((line) => line.startsWith('// Long: '));

/** Functions of more lines than that, but for those whose comment gives a reason, as `file:line name lines`. */
function longFunctions({ path, text }: SourceFile, linesMax: number): string[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) {
      const first = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line;
      const lines = tree.getLineAndCharacterOfPosition(node.end).line - first + 1;
      const reason = /^\s*\/(\/|\*\*) Long: /.test(text.slice(node.getFullStart(), node.getStart(tree)));
      if (lines > linesMax && !reason)
        found.push(`${path}:${first + 1} ${node.name?.getText(tree) ?? '(no name)'} ${lines}`);
    }
    node.forEachChild(visit);
  };
  visit(tree);
  return found;
}

describe('sizes', () => {
  it('half of the source files have at most 80 lines, and nine tenths at most 200, when all are counted', () => {
    const counts = sources.map(({ lines }) => lines.length);
    expect(quantile(counts, 0.5)).toBeLessThanOrEqual(80);
    expect(quantile(counts, 0.9)).toBeLessThanOrEqual(200);
  });

  it('a file gives a reason when it has more than 300 lines', () => {
    const long = files.filter((file) => file.lines.length > 300 && !hasReason(file));
    expect(long.map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
  });

  it('a function has at most 60 lines when it gives no reason', () => {
    expect(sources.flatMap((file) => longFunctions(file, 60))).toEqual([]);
  });

  it('longFunctions() names a function when it is longer than allowed and gives no reason', () => {
    const text = [
      'function short() {}',
      'export const long = () => {',
      '  // one',
      '};',
      '/** Long: a table. */',
      'function table() {',
      '',
      '}',
    ].join('\n');
    expect(longFunctions({ path: 'a.ts', text, lines: [] }, 2)).toEqual(['a.ts:2 (no name) 3']);
  });
});
