// SPDX-License-Identifier: Apache-2.0
// The answer of a person to a parked step, an open gate or a question, and the rule by which it is accepted.
import { waitsForPerson, type StepProgress } from './progress.ts';
import { dataRefusal, type Question } from './question.ts';

export interface ResolveStep {
  readonly step: string;
  /** The occurrence the person looked at; a newer one means the world moved on. */
  readonly occurrence: number;
  readonly action: 'retry' | 'skip' | 'abort' | 'approve' | 'answer';
  /** The operating-system user who answers, as claimed. */
  readonly actor: string;
  readonly reason: string;
  /** With `approve`: of the differences that the person saw. */
  readonly digest?: string;
  /** With `answer`: a value for each field of the question. No secrets: it stands in the history. */
  readonly data?: Readonly<Record<string, string>>;
}

const actions: readonly string[] = ['retry', 'skip', 'abort', 'approve', 'answer'];

/**
 * Returns why an answer is refused, or null; hand-written, since the workflow isolate carries no schema library. `now`: the
 * run's clock, in milliseconds.
 */
export function refusalOf(raw: unknown, steps: readonly StepProgress[], now: number): string | null {
  if (typeof raw !== 'object' || raw === null) return 'The answer is not an object';
  const answer = raw as Partial<Record<keyof ResolveStep, unknown>>;
  if (typeof answer.action !== 'string' || !actions.includes(answer.action)) {
    return `action must be one of ${actions.join(', ')}`;
  }
  if (typeof answer.actor !== 'string' || answer.actor === '') return 'actor must be named';
  if (typeof answer.reason !== 'string') return 'reason must be a text';
  const step = steps.find((candidate) => candidate.id === answer.step);
  if (step === undefined) return `There is no step ${String(answer.step)}`;
  if (!waitsForPerson(step)) return `Step ${step.id} is ${step.status}, not parked`;
  if (step.occurrence !== answer.occurrence) {
    return `Step ${step.id} is at occurrence ${step.occurrence}, the answer is for ${String(answer.occurrence)}`;
  }
  if (answer.action === 'approve') return approvalRefusal(step, answer.digest, answer.actor, now);
  if (answer.action === 'retry' && step.asks !== undefined)
    return `Step ${step.id} waits for an approval, not for another try`;
  if (answer.action === 'answer') return answerRefusal(step, answer.data);
  if (answer.action === 'skip' && !step.skippable)
    return `Step ${step.id} cannot be skipped: later steps stand on it`;
  return null;
}

function answerRefusal(step: StepProgress, data: unknown): string | null {
  const { id, asks, question } = step;
  if (asks !== undefined) return `Step ${id} waits for an approval, not for an answer`;
  if (question === undefined) return `Step ${id} asks nothing`;
  return (
    dataRefusal(question, data) ?? repeatRefusal(step, question, data as NonNullable<ResolveStep['data']>)
  );
}

/** Of a question that each person answers once: nobody is counted twice, and what did not count is not taken again. */
function repeatRefusal(
  { id, answer, answeredBy = [] }: StepProgress,
  { eachOnce, fields }: Question,
  data: NonNullable<ResolveStep['data']>,
): string | null {
  if (eachOnce === undefined) return null;
  const person = data[eachOnce.field] ?? '';
  if (answeredBy.includes(person)) return `Step ${id}: ${person} has answered before, and counts once`;
  if (answer === undefined || Object.keys(fields).some((name) => answer.data[name] !== data[name]))
    return null;
  return `Step ${id} was given this very answer before, and did not take it`;
}

function approvalRefusal(
  { id, asks, approvals = [] }: StepProgress,
  digest: unknown,
  actor: string,
  now: number,
): string | null {
  if (asks === undefined) return `Step ${id} asks for no approval`;
  if (asks.requestedBy === actor)
    return `Step ${id} needs the approval of another person: ${actor} requested the run`;
  if (asks.digest !== digest) return `Step ${id} asks about other differences than those that were approved`;
  const isGiven = approvals.some(
    (each) => each.actor === actor && each.digest === digest && Date.parse(each.until) >= now,
  );
  return isGiven ? `Step ${id} has the approval of ${actor} already, and counts it once` : null;
}
