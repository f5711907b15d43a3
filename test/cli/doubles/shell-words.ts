// SPDX-License-Identifier: Apache-2.0
// The words of a command line, as a real shell splits them.
import { execFileSync } from 'node:child_process';

export function wordsOf(line: string): string[] {
  const text = execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' });
  return text.split('\0').slice(0, -1);
}
