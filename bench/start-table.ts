// SPDX-License-Identifier: Apache-2.0
// The table of start times, and what it means. Measures nothing.
import { markdownTable, sampleRow } from './report.ts';
import type { StartTimes } from './start.ts';

export const startChapter = `## What a person waits for

- From the start of the process to its end, its output thrown away; the commands in turn, one at a time, after one of each to warm up. \`op list\` and \`temporal workflow list\` ask the same server, which has no run.
- **processor**: the median of what all its processes took of the processors, which other work on the machine makes hardly longer.
- The goal of \`holdfast\` is 250 ms for a command that starts nothing.`;

export function startTable({ commands, missing }: StartTimes): string {
  const table = markdownTable(
    ['command', 'median', 'least', 'most', 'runs', 'processor'],
    commands.map(({ wall, processor }) => [...sampleRow(wall), sampleRow(processor)[1] ?? '']),
  );
  return missing.length === 0 ? table : `${table}\n\nNot on this machine: ${missing.join(', ')}.`;
}
