// SPDX-License-Identifier: Apache-2.0
// Each file says what it is in its first lines.
import { describe, expect, it } from 'vitest';
import { allFiles, headerOf, isCode, isShell, type SourceFile } from './source-files.ts';

const licence = /^(\/\/|#) SPDX-License-Identifier: Apache-2\.0$/;
const files = allFiles();

function headerFault(file: SourceFile): string[] {
  const [first, ...rest] = headerOf(file);
  // A test's titles say what it is.
  const linesMin = file.path.endsWith('.test.ts') ? 0 : 1;
  const says = rest.filter((line) => !/^\/\/ Proves: /.test(line));
  return [
    ...(licence.test(first ?? '') ? [] : ['begins without the licence line']),
    ...(says.length >= linesMin && says.length <= 3
      ? []
      : [`says what it is in ${says.length} lines, ${linesMin} to 3 are wanted`]),
  ].map((fault) => `${file.path}: ${fault}`);
}

describe('headers', () => {
  it('a file opens with the licence and what it is when it is code', () => {
    expect(files.filter((file) => isCode(file) || isShell(file)).flatMap(headerFault)).toEqual([]);
  });

  it('headerFault() names each fault when a file has none of the lines', () => {
    const bare = { path: 'workflows/bare.ts', text: '', lines: ['export {};'] };
    expect(headerFault(bare)).toEqual([
      'workflows/bare.ts: begins without the licence line',
      'workflows/bare.ts: says what it is in 0 lines, 1 to 3 are wanted',
    ]);
  });
});
