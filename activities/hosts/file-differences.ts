// SPDX-License-Identifier: Apache-2.0
// Tells how a file of a host differs from the wanted one, without a line that may hold a secret. Reads and writes none.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { FileState } from './host.ts';

export interface WantedFile {
  readonly path: string;
  /** Octal, without a leading zero: `640`. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly content: string;
  /** None of its lines is shown. */
  readonly holdsSecret?: boolean;
}

export function fileDifferences(want: WantedFile, have: FileState | null): Difference[] {
  if (have === null) return [{ what: `file ${want.path}`, have: 'absent', want: 'present' }];
  const differences: Difference[] = [];
  const rights = (file: Pick<WantedFile, 'mode' | 'owner' | 'group'>): string =>
    `${file.mode} ${file.owner}:${file.group}`;
  if (rights(have) !== rights(want))
    differences.push({ what: `rights of ${want.path}`, have: rights(have), want: rights(want) });
  if (have.content !== want.content) {
    // No line of a file that holds a secret is shown: the one that differs may be the secret's, or stand where it stood.
    const shown = { what: `content of ${want.path}`, have: 'another', want: 'as configured' };
    differences.push(want.holdsSecret === true ? shown : firstLine(want, have.content));
  }
  return differences;
}

function firstLine(want: WantedFile, content: string): Difference {
  const wanted = want.content.split('\n');
  const present = content.split('\n');
  const index = Array.from({ length: Math.max(wanted.length, present.length) }, (_, line) => line).find(
    (line) => wanted[line] !== present[line],
  );
  const line = index ?? 0;
  return {
    what: `${want.path} line ${line + 1}`,
    have: present[line] ?? '(no line)',
    want: wanted[line] ?? '(no line)',
  };
}
