// SPDX-License-Identifier: Apache-2.0
// What a step did over time: looks, changes, and the waits between them. Pure.
import type { StepActivity } from '../runs/step-history.ts';
import type { AnswerRecord } from '../temporal/temporal-client.ts';

export interface Span {
  /** `wait`: for the next try; `parked`: for a person; `ancestors`: for its dependencies, after a park or a silence. */
  readonly kind: 'look' | 'apply' | 'verify' | 'stop' | 'wait' | 'parked' | 'ancestors';
  readonly startedAt: string;
  readonly endedAt: string;
  /** True for an activity whose effect failed. */
  readonly isFailed: boolean;
}

/** A shorter gap between two activities is the engine's own time, milliseconds. */
const gapMilliseconds = 1000;

const kinds: Readonly<Record<string, Span['kind']>> = {
  observe: 'look',
  apply: 'apply',
  verify: 'verify',
  stop: 'stop',
};

/** `open` is what the step waits for after its last activity; an activity without an end lasts until `until`. */
export function spansOf(
  activities: readonly StepActivity[],
  answers: readonly AnswerRecord[],
  open: { readonly kind: 'wait' | 'parked'; readonly until: number } | null,
  until: number,
): Span[] {
  const spans: Span[] = [];
  let endedAt: string | null = null;
  let wasDone = false;
  for (const activity of activities) {
    // A step that was as wanted and is looked at again did not wait in between.
    if (endedAt !== null && !wasDone) spans.push(...gap(endedAt, activity.scheduledAt, answers));
    const end: string = activity.endedAt ?? instant(until);
    wasDone = activity.outcome === 'same';
    spans.push({
      kind: kinds[activity.phase] ?? 'look',
      startedAt: activity.scheduledAt,
      endedAt: end,
      isFailed: activity.failure !== undefined || activity.error !== undefined,
    });
    endedAt = end;
  }
  if (open !== null && endedAt !== null)
    spans.push({ kind: open.kind, startedAt: endedAt, endedAt: instant(open.until), isFailed: false });
  return spans;
}

/** Whoever was answered in between was parked until the answer. */
function gap(from: string, to: string, answers: readonly AnswerRecord[]): Span[] {
  const answer = answers.find(({ at }) => at >= from && at <= to);
  const wait = (kind: Span['kind'], startedAt: string, endedAt: string): Span[] =>
    Date.parse(endedAt) - Date.parse(startedAt) < gapMilliseconds
      ? []
      : [{ kind, startedAt, endedAt, isFailed: false }];
  if (answer === undefined) return wait('wait', from, to);
  return [...wait('parked', from, answer.at), ...wait('ancestors', answer.at, to)];
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
