// SPDX-License-Identifier: Apache-2.0
// A plan or drift report as text: rows, order, counts. The same report gives the same text.
import type { Report, ReportRow } from '../../../workflows/contracts/run/progress.ts';
import { aligned } from '../../terminal/columns.ts';
import { failureLine, oneLine } from './failure-text.ts';
import { orderLines } from '../live/order-graph.ts';
import type { Colour, Paint } from '../../terminal/paint.ts';

/** Of one row; the rest is counted. */
const differencesMax = 3;

type Kind = 'add' | 'change' | 'same' | 'wait' | 'unmet' | 'unseen';

const kinds: Record<Kind, { readonly mark: string; readonly colour: Colour }> = {
  add: { mark: '+', colour: 'green' },
  change: { mark: '~', colour: 'yellow' },
  same: { mark: '=', colour: 'dim' },
  wait: { mark: '?', colour: 'cyan' },
  unmet: { mark: '✗', colour: 'red' },
  unseen: { mark: '✗', colour: 'red' },
};

/** True unless every row is as wanted. */
export function reportHasChanges({ rows }: Report): boolean {
  return rows.some(({ verdict }) => verdict !== 'same');
}

export function reportLines(report: Report, paint: Paint): string[] {
  const header = paint('bold', `${report.operation} ${report.subject}   input ${report.inputDigest}`);
  if (report.result === 'busy')
    return [header, `  busy: ${busyReason(report)}`, 'nothing can be said while it changes'];
  const rows = report.rows.map((row) => ({ row, kind: kindOf(row) }));
  const shown = rows.filter(({ kind }) => kind !== 'same');
  const heads = aligned(
    shown.map(({ row, kind }) => [`  ${kinds[kind].mark} ${row.id}`, row.title, remark(row, kind)]),
  );
  const body = shown.flatMap(({ row, kind }, index) => [
    paint(kinds[kind].colour, heads[index] ?? ''),
    ...(kind === 'change' || kind === 'unmet' ? differenceLines(row) : []),
    ...(kind === 'unseen' && row.failure !== undefined ? [`      ${failureLine(row.failure)}`] : []),
  ]);
  const same = rows.length - shown.length;
  return [
    header,
    ...body,
    ...(same === 0 ? [] : [paint('dim', `  = ${same} already as wanted`)]),
    ...orderLines(shown.map(({ row }) => row)),
    countLine(rows.map(({ kind }) => kind)),
  ];
}

function kindOf(row: ReportRow): Kind {
  if (row.verdict === 'same') return 'same';
  if (row.verdict === 'waits') return 'wait';
  if (row.verdict === 'failed') return 'unseen';
  if (!row.changes) return 'unmet';
  return /^(absent|none)$/.test(row.differences[0]?.have ?? '') ? 'add' : 'change';
}

function remark(row: ReportRow, kind: Kind): string {
  if (row.queue !== undefined) return `only the worker of ${row.queue} can tell`;
  if (kind === 'wait') return `waits for ${row.waitsFor ?? 'an earlier row'}`;
  if (kind === 'unmet') return 'not met: the run would end here';
  if (kind === 'unseen') return 'cannot be seen';
  return kind === 'change' ? `${row.count} ${row.count === 1 ? 'difference' : 'differences'}` : '';
}

function differenceLines({ differences, count }: ReportRow): string[] {
  const lines = differences
    .slice(0, differencesMax)
    .map(({ what, have, want }) => `      ${oneLine(what)}: ${oneLine(have)} -> ${oneLine(want)}`);
  const rest = count - lines.length;
  return rest > 0 ? [...lines, `      and ${rest} more`] : lines;
}

function busyReason({ holder }: Report): string {
  return holder === undefined ? 'another run held the box meanwhile' : `held by ${holder}`;
}

function countLine(all: readonly Kind[]): string {
  const count = (...wanted: Kind[]): number => all.filter((kind) => wanted.includes(kind)).length;
  const failed = count('unmet', 'unseen');
  const counts = `${count('add')} add, ${count('change')} change, ${count('same')} same, ${count('wait')} wait`;
  return failed === 0 ? counts : `${counts}, ${failed} failed`;
}
