// SPDX-License-Identifier: Apache-2.0
// The order of steps as levels: steps of one level may run side by side. Pure.
import type { StepNotAsWanted } from '../../../workflows/contracts/run/progress.ts';

const columnsMax = 80;

/** Levels of the steps given; steps that are not given count as done. Nothing for fewer than two steps. */
export function orderLines(steps: readonly Pick<StepNotAsWanted, 'id' | 'after'>[]): string[] {
  if (steps.length < 2) return [];
  const levels: string[][] = [];
  const levelOf = new Map<string, number>();
  for (const { id, after } of steps) {
    const level = Math.max(0, ...after.map((parent) => (levelOf.get(parent) ?? -1) + 1));
    levelOf.set(id, level);
    (levels[level] ??= []).push(id);
  }
  return [
    'order, side by side on one line:',
    ...levels.flatMap((ids, level) => wrapped(`  ${String(level + 1).padStart(2)}  `, ids)),
  ];
}

function wrapped(prefix: string, ids: readonly string[]): string[] {
  const lines: string[] = [];
  let line = prefix;
  for (const id of ids) {
    if (line.trim() !== '' && line.length + id.length > columnsMax && line.length > prefix.length) {
      lines.push(line.trimEnd());
      line = ' '.repeat(prefix.length);
    }
    line += `${id}  `;
  }
  return [...lines, line.trimEnd()];
}
