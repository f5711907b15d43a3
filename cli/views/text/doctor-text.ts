// SPDX-License-Identifier: Apache-2.0
// The doctor's findings as text: what is wrong first, each with what to do. Judges nothing.
import type { Io } from '../../terminal/io.ts';
import { typed } from '../../terminal/settings.ts';
import { aligned } from '../../terminal/columns.ts';
import { oneLine } from './failure-text.ts';
import type { Colour, Paint } from '../../terminal/paint.ts';

/** As workers/machine/doctor/finding.ts promises it. */
export interface Finding {
  readonly level: 'ok' | 'note' | 'wrong';
  readonly what: string;
  readonly found: string;
  readonly next?: string;
}

const marks: Record<Finding['level'], { readonly mark: string; readonly colour: Colour }> = {
  wrong: { mark: '✗', colour: 'red' },
  note: { mark: '○', colour: 'yellow' },
  ok: { mark: '=', colour: 'dim' },
};
const order = ['wrong', 'note', 'ok'] as const;

export function findingLines(findings: readonly Finding[], io: Io, paint: Paint): string[] {
  const sorted = order.flatMap((level) => findings.filter((finding) => finding.level === level));
  const heads = aligned(
    sorted.map(({ level, what, found }) => [`${marks[level].mark} ${oneLine(what)}`, oneLine(found)]),
  );
  return [
    ...sorted.flatMap(({ level, next }, index) => [
      paint(marks[level].colour, heads[index] ?? ''),
      ...(next === undefined ? [] : [`    next: ${typed(io, oneLine(next))}`]),
    ]),
    summaryOf(findings),
  ];
}

/** Only where nothing waits for a look is nothing said to be wrong. */
function summaryOf(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length;
  const [wrong, notes] = [count('wrong'), count('note')];
  if (wrong + notes === 0) return 'nothing is wrong';
  return notes === 0 ? `${wrong} wrong` : `${wrong} wrong, ${notes} to look at`;
}
