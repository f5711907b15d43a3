// SPDX-License-Identifier: Apache-2.0
// A plan or drift report as text: steps, order, counts. The same report gives the same text.
import type { Report, StepNotAsWanted } from '../../../workflows/contracts/run/progress.ts';
import { aligned } from '../../terminal/columns.ts';
import { failureLine, oneLine } from './failure-text.ts';
import { orderLines } from '../live/order-graph.ts';
import type { Colour, Paint } from '../../terminal/paint.ts';

/** Of one step; the rest is counted. */
const differencesMax = 3;

type Kind = 'add' | 'change' | 'wait' | 'unmet' | 'unseen';

const kinds: Record<Kind, { readonly mark: string; readonly colour: Colour }> = {
  add: { mark: '+', colour: 'green' },
  change: { mark: '~', colour: 'yellow' },
  wait: { mark: '?', colour: 'cyan' },
  unmet: { mark: '✗', colour: 'red' },
  unseen: { mark: '✗', colour: 'red' },
};

/** True unless every step is as wanted. */
export function reportHasChanges({ steps }: Report): boolean {
  return steps.some(({ verdict }) => verdict !== 'same');
}

export function reportLines(report: Report, paint: Paint): string[] {
  const header = paint('bold', `${report.operation} ${report.subject}   input ${report.inputDigest}`);
  if (report.result === 'busy')
    return [header, `  busy: ${busyReason(report)}`, 'nothing can be said while it changes'];
  const shown = report.steps.flatMap((step) =>
    step.verdict === 'same' ? [] : [{ step, kind: kindOf(step) }],
  );
  const heads = aligned(
    shown.map(({ step, kind }) => [`  ${kinds[kind].mark} ${step.id}`, step.title, remark(step, kind)]),
  );
  const body = shown.flatMap(({ step, kind }, index) => [
    paint(kinds[kind].colour, heads[index] ?? ''),
    ...(kind === 'unseen' || kind === 'wait' ? [] : differenceLines(step)),
    ...(kind === 'unseen' && step.failure !== undefined ? [`      ${failureLine(step.failure)}`] : []),
  ]);
  const same = report.steps.length - shown.length;
  return [
    header,
    ...body,
    ...(same === 0 ? [] : [paint('dim', `  = ${same} already as wanted`)]),
    ...orderLines(shown.map(({ step }) => step)),
    countLine(
      shown.map(({ kind }) => kind),
      same,
    ),
  ];
}

function kindOf(step: StepNotAsWanted): Kind {
  if (step.verdict === 'waits') return 'wait';
  if (step.verdict === 'failed') return 'unseen';
  if (!step.changes) return 'unmet';
  return isAbsent(step.differences[0]?.have ?? '') ? 'add' : 'change';
}

const isAbsent = (have: string): boolean => /^(absent|none)$/.test(have);

function remark(step: StepNotAsWanted, kind: Kind): string {
  if (step.queue !== undefined) return `only the worker of ${step.queue} can tell`;
  if (kind === 'wait') return `waits for ${step.waitsFor ?? 'an earlier step'}`;
  if (kind === 'unmet') return 'not met: the run would end here';
  if (kind === 'unseen') return 'cannot be seen';
  return kind === 'change' ? `${step.count} ${step.count === 1 ? 'difference' : 'differences'}` : '';
}

function differenceLines({ differences, count }: StepNotAsWanted): string[] {
  const lines = differences
    .slice(0, differencesMax)
    .map(({ what, have, want }) =>
      isAbsent(have)
        ? `      ${oneLine(what)}: ${oneLine(want)}`
        : `      ${oneLine(what)}: ${oneLine(have)} -> ${oneLine(want)}`,
    );
  const rest = count - lines.length;
  return rest > 0 ? [...lines, `      and ${rest} more`] : lines;
}

function busyReason({ holder }: Report): string {
  return holder === undefined ? 'another run held the box meanwhile' : `held by ${holder}`;
}

function countLine(all: readonly Kind[], same: number): string {
  const count = (...wanted: Kind[]): number => all.filter((kind) => wanted.includes(kind)).length;
  const failed = count('unmet', 'unseen');
  const counts = `${count('add')} add, ${count('change')} change, ${same} same, ${count('wait')} wait`;
  return failed === 0 ? counts : `${counts}, ${failed} failed`;
}
