// SPDX-License-Identifier: Apache-2.0
// What one look at a run tells. Rendered by cli/views; computed by the engine alone.
import type { StepFailure } from './errors.ts';
import type { NotifyResult } from './notice.ts';
import type { SubjectKind } from './subject.ts';
import type { Answer, Question } from './question.ts';
import type { Difference } from './observation.ts';

export type StepStatus =
  | 'pending'
  | 'observing'
  | 'applying'
  | 'verifying'
  | 'waiting'
  | 'same'
  | 'changed'
  | 'skipped'
  | 'awaiting'
  | 'parked'
  | 'failed'
  | 'stopped';

/** Statuses that an answer of a person ends; `awaiting` ends by itself too, once what it waits for is true. */
export function waitsForPerson({ status }: Pick<StepProgress, 'status'>): boolean {
  return status === 'parked' || status === 'awaiting';
}

/** `needs-operator` waits for resolveStep; the last four are ends. */
export type Phase =
  'compiling' | 'running' | 'needs-operator' | 'cancelling' | 'done' | 'failed' | 'cancelled' | 'aborted';

export interface StepProgress {
  readonly id: string;
  readonly title: string;
  readonly status: StepStatus;
  readonly occurrence: number;
  /** Counted tries begun, from 1; 0 before the first. */
  readonly tries: number;
  /** ISO instants of the present or last occurrence. */
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly differences?: number;
  /** What its change said of itself: the id of a dump, rows migrated; while it is applied, what goes on just now. */
  readonly detail?: string;
  readonly failure?: StepFailure;
  readonly skippable: boolean;
  /** True once its change began, however it ended. */
  readonly touched?: true;
  /** What a person is asked to agree to, while the step waits for that. */
  readonly asks?: GateQuestion;
  /** The last agreement. */
  readonly approval?: Approval;
  /** Those of the present differences, one of each person, where more than one person has to agree. */
  readonly approvals?: readonly Approval[];
  /** What a person is asked for, while the step waits for a person. */
  readonly question?: Question;
  /** The last answer. */
  readonly answer?: Answer;
  /** Of a question that each person answers once: those who did, as far as the last observation told. */
  readonly answeredBy?: readonly string[];
}

export interface GateQuestion {
  readonly why: string;
  /** Of all differences; an approval names it. */
  readonly digest: string;
  readonly count: number;
  /** At most 20. */
  readonly differences: readonly Difference[];
  /** How many people have to approve, when more than one has to. */
  readonly approvals?: number;
  /** Whose approval is refused. */
  readonly requestedBy?: string;
}

export interface Approval {
  readonly digest: string;
  readonly actor: string;
  readonly reason: string;
  /** ISO instants. */
  readonly at: string;
  readonly until: string;
}

export interface Progress {
  readonly operation: string;
  readonly subject: string;
  /** Of the subject. Default: box. */
  readonly kind?: SubjectKind;
  readonly phase: Phase;
  readonly needsHuman: boolean;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly steps: readonly StepProgress[];
  readonly failure?: StepFailure;
  /** The command that the person who must act runs next. */
  readonly nextCommand?: string;
  readonly inputDigest?: string;
  /** The last telling of a person, when the box's spec names somebody. */
  readonly notification?: NotifyResult & { readonly at: string; readonly step: string };
}

/** How often each final status was reached; the recap line and the JSON result show the same numbers. */
export interface Recap {
  readonly same: number;
  readonly changed: number;
  readonly skipped: number;
  /** Those that await a person count as well. */
  readonly parked: number;
  readonly failed: number;
  readonly pending: number;
}

export function recapOf(steps: readonly StepProgress[]): Recap {
  const count = (...statuses: StepStatus[]): number =>
    steps.filter((step) => statuses.includes(step.status)).length;
  const settled = { same: count('same'), changed: count('changed'), skipped: count('skipped') };
  const open = { parked: count('parked', 'awaiting'), failed: count('failed') };
  const rest = steps.length - settled.same - settled.changed - settled.skipped - open.parked - open.failed;
  return { ...settled, ...open, pending: rest };
}

/** One step of a plan or a drift report; most steps of most reports are as wanted, and say no more than that. */
export type ReportStep = StepAsWanted | StepNotAsWanted;

interface LookedAt {
  readonly id: string;
  readonly title: string;
  /** When its look began and ended, milliseconds since `startedAt` of the report; none when it was not asked. */
  readonly looked?: readonly [number, number];
}

interface StepAsWanted extends LookedAt {
  readonly verdict: 'same';
}

export interface StepNotAsWanted extends LookedAt {
  readonly verdict: 'differs' | 'waits' | 'failed';
  readonly count: number;
  readonly differences: readonly Difference[];
  /** The step whose change has to come first, when this one cannot be seen yet. */
  readonly waitsFor?: string;
  /** The task queue whose worker alone can observe it: a report asks none but its own. */
  readonly queue?: string;
  readonly failure?: StepFailure;
  /** False for a precondition: nothing would be changed by it. */
  readonly changes: boolean;
  readonly after: readonly string[];
}

export interface Report {
  readonly operation: string;
  readonly subject: string;
  readonly result: 'same' | 'differs' | 'busy';
  /** Who holds the lease, when the result is `busy`. */
  readonly holder?: string;
  /** ISO instants of its begin and end; reports of earlier releases have no begin. */
  readonly startedAt?: string;
  readonly observedAt: string;
  readonly steps: readonly ReportStep[];
  readonly inputDigest: string;
}

/** The steps of a report as those of a run: what is not as wanted stopped there. */
export function progressOfReport({ steps }: Report): StepProgress[] {
  return steps.map((step) => ({
    id: step.id,
    title: step.title,
    status: step.verdict === 'same' ? 'same' : 'stopped',
    occurrence: 1,
    tries: 1,
    ...(step.verdict !== 'same' && { differences: step.count }),
    ...(step.verdict === 'failed' && step.failure !== undefined && { failure: step.failure }),
    skippable: false,
  }));
}
