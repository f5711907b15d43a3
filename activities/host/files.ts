// SPDX-License-Identifier: Apache-2.0
// Makes files of a box be as wanted. Holds no content of its own and restarts nothing.
// Touches: host/files
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { FileArgs, HostPort } from '../../workflows/ports/host.ts';
import type { Clients } from '../clients/index.ts';
import type { FileState } from '../clients/host/host.ts';
import { applying, observing } from '../row-scope.ts';

export function fileActivities({ inside }: Clients): Pick<HostPort, 'observeFiles' | 'writeFiles'> {
  return {
    observeFiles: observing(async ({ box, files }) => {
      const states = await inside(box).readFiles(files.map((file) => file.path));
      return files.flatMap((file, index) => fileDifferences(file, states[index] ?? null));
    }),
    writeFiles: applying(async ({ box, files }, scope) => {
      const written = await inside(box).writeFiles(scope.fence, files);
      return `${written.length} of ${files.length} files written`;
    }),
  };
}

export function fileDifferences(want: FileArgs, have: FileState | null): Difference[] {
  if (have === null) return [{ what: `file ${want.path}`, have: 'absent', want: 'present' }];
  const differences: Difference[] = [];
  const rights = (file: Pick<FileArgs, 'mode' | 'owner' | 'group'>): string =>
    `${file.mode} ${file.owner}:${file.group}`;
  if (rights(have) !== rights(want))
    differences.push({ what: `rights of ${want.path}`, have: rights(have), want: rights(want) });
  if (have.content !== want.content) differences.push(firstLine(want, have.content));
  return differences;
}

function firstLine(want: FileArgs, content: string): Difference {
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
