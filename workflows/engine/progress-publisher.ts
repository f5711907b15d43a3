// SPDX-License-Identifier: Apache-2.0
// Shows a run's progress where it can be read without the run: memo, search attributes, current details.
import {
  condition,
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { failureText } from '../contracts/run/failed-result.ts';
import type { Measurement } from '../contracts/run/measurement.ts';
import { canaryAttributes, memoKey, searchAttributes } from '../contracts/run/messages.ts';
import type { Progress, StepStatus } from '../contracts/run/progress.ts';
import { memoOf } from './run-memo.ts';

const cloudKey = defineSearchAttributeKey(searchAttributes.cloud, SearchAttributeType.KEYWORD);
const subjectKey = defineSearchAttributeKey(searchAttributes.subject, SearchAttributeType.KEYWORD);
const operationKey = defineSearchAttributeKey(searchAttributes.operation, SearchAttributeType.KEYWORD);
const phaseKey = defineSearchAttributeKey(searchAttributes.phase, SearchAttributeType.KEYWORD);
const needsHumanKey = defineSearchAttributeKey(searchAttributes.needsHuman, SearchAttributeType.BOOL);
const resultKey = defineSearchAttributeKey(canaryAttributes.result, SearchAttributeType.KEYWORD);
const failedPhaseKey = defineSearchAttributeKey(canaryAttributes.failedPhase, SearchAttributeType.KEYWORD);
const secondsKey = defineSearchAttributeKey(canaryAttributes.seconds, SearchAttributeType.DOUBLE);

const marks: Record<StepStatus, string> = {
  pending: '○',
  observing: '◐',
  applying: '◑',
  verifying: '◒',
  waiting: '◌',
  same: '=',
  changed: '✓',
  skipped: '↷',
  awaiting: '◇',
  parked: '‖',
  failed: '✗',
  stopped: '■',
};

/** Folds all changes of one workflow task into one write of each kind, and writes nothing that is already there. */
export class ProgressPublisher {
  #latest: Progress | null = null;
  #dirty = false;
  readonly #written = new Map<string, string>();

  publish(progress: Progress): void {
    this.#latest = progress;
    this.#dirty = true;
  }

  /** True when nothing waits to be written. */
  isQuiet(): boolean {
    return !this.#dirty;
  }

  /** Writes after each workflow task that changed something; never resolves. */
  async run(): Promise<never> {
    for (;;) {
      await condition(() => this.#dirty);
      this.flush();
    }
  }

  flush(): void {
    this.#dirty = false;
    const progress = this.#latest;
    if (progress === null) return;
    this.#once('memo', memoOf(progress), (memo) => upsertMemo({ [memoKey]: memo }));
    this.#once('details', details(progress, workflowInfo().workflowId), setCurrentDetails);
    this.#once('attributes', [progress.phase, progress.needsHuman] as const, () =>
      upsertSearchAttributes([
        { key: cloudKey, value: progress.subject },
        { key: subjectKey, value: `${progress.kind ?? 'box'}/${progress.subject}` },
        { key: operationKey, value: progress.operation },
        { key: phaseKey, value: progress.phase },
        { key: needsHumanKey, value: progress.needsHuman },
      ]),
    );
  }

  #once<T>(kind: string, value: T, write: (value: T) => void): void {
    const text = JSON.stringify(value);
    if (this.#written.get(kind) === text) return;
    this.#written.set(kind, text);
    write(value);
  }
}

/** What a person needs first stands first: what failed, why, and what to run. Temporal's UI draws it as Markdown. */
function details(progress: Progress, workflowId: string): string {
  const steps = progress.steps.map(({ id, status }) => `- ${marks[status]} **${id}** ${status}`);
  return [`**${progress.phase}**`, ...failureParagraphs(progress, workflowId), steps.join('\n')].join('\n\n');
}

function failureParagraphs({ steps, failure, nextCommand }: Progress, workflowId: string): string[] {
  const failed = steps.flatMap(({ id, status, failure: why }) =>
    why !== undefined && failedStatuses.has(status) ? [{ id, why }] : [],
  );
  const lines = failed.map(({ id, why }) => `- **${id}** ${verbatim(failureText(why))}`);
  // A run may end for a reason that no step has, as a lease that was lost.
  if (failure !== undefined && failed.length === 0) lines.push(`- ${verbatim(failureText(failure))}`);
  if (lines.length === 0) return [];
  const hint = failure?.hint ?? failed[0]?.why.hint;
  return [
    lines.join('\n'),
    ...(hint === undefined ? [] : [`What to do: ${verbatim(hint)}`]),
    `Next: ${verbatim(nextCommand ?? `holdfast op show ${workflowId}`)}`,
  ];
}

/** As inline code: a path or a command's own words are no Markdown, and 1/24 no fraction. */
function verbatim(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;
}

const failedStatuses: ReadonlySet<StepStatus> = new Set(['parked', 'awaiting', 'failed', 'waiting']);

/** The result of a measurement, so that a list of runs says it. */
export function showMeasurement({ result, failedPhase, seconds }: Measurement): void {
  upsertSearchAttributes([
    { key: resultKey, value: result },
    { key: failedPhaseKey, value: failedPhase ?? 'none' },
    { key: secondsKey, value: seconds },
  ]);
}
