// SPDX-License-Identifier: Apache-2.0
// The state of a run: one record per step, and a signal that something changed. Starts nothing.
import type { StepFailure } from '../contracts/run/errors.ts';
import {
  waitsForPerson,
  type Approval,
  type GateQuestion,
  type Phase,
  type Progress,
  type StepProgress,
  type StepStatus,
} from '../contracts/run/progress.ts';
import type { Difference } from '../contracts/run/observation.ts';
import { answeredBy, type Answer } from '../contracts/run/question.ts';
import type { CompiledStep, CompiledTable } from '../contracts/run/table.ts';

export interface StepState {
  readonly step: CompiledStep;
  status: StepStatus;
  occurrence: number;
  tries: number;
  /** Silences in a row (host unreachable, job lost) with every ancestor as wanted. */
  silences: number;
  /** Of its host or service: what met it, and since when, in milliseconds of the run's clock. */
  silence?: { readonly of: 'observation' | 'change'; readonly since: number };
  /** True once an answer of a person or a lost ancestor asks for a look at the ancestors first. */
  lookBack: boolean;
  startedAt?: number;
  endedAt?: number;
  differences?: number;
  /** What was last observed to differ. */
  seen?: readonly Difference[];
  detail?: string;
  failure?: StepFailure;
  /** Set while the step waits for an approval. */
  asks?: GateQuestion;
  /** The last one, for people. */
  approval?: Approval;
  /** Of the same differences, at most one of each person. */
  approvals?: readonly Approval[];
  /** True from the first change under an approval until the step is done. */
  isUnderApproval?: boolean;
  /** What a person said last. */
  answer?: Answer;
  /** Activities begun, per phase: the n of `<step>/<phase>/<n>`. */
  readonly begun: Record<string, number>;
}

const ended: ReadonlySet<StepStatus> = new Set(['same', 'changed', 'skipped']);

export function isDone(state: StepState): boolean {
  return ended.has(state.status);
}

/** Of a step that is done: whether what was observed of it may have ceased to be true. */
export function mayHaveFallen({ step, status }: StepState): boolean {
  return status !== 'skipped' && step.once !== true;
}

const isParked = ({ status }: StepState): boolean => status === 'parked';

export function isRunning(state: StepState): boolean {
  return !isDone(state) && !['pending', 'awaiting', 'parked', 'failed', 'stopped'].includes(state.status);
}

export class TableState {
  readonly steps: readonly StepState[];
  phase: Phase = 'running';
  failure?: StepFailure;
  endedAt?: number;
  notification?: Progress['notification'];
  readonly #byId: ReadonlyMap<string, StepState>;
  #wake: () => void = () => undefined;
  #changed: Promise<void>;

  constructor(
    readonly table: CompiledTable,
    readonly startedAt: number,
    private readonly workflowId: string,
    private readonly onChange: (progress: Progress) => void,
  ) {
    this.steps = table.steps.map((step) => ({
      step,
      status: 'pending',
      occurrence: 0,
      tries: 0,
      silences: 0,
      lookBack: false,
      begun: {},
    }));
    this.#byId = new Map(this.steps.map((state) => [state.step.id, state]));
    this.#changed = this.#arm();
  }

  of(id: string): StepState {
    const state = this.#byId.get(id);
    if (state === undefined) throw new Error(`The table has no step ${id}`);
    return state;
  }

  /** Resolves at the next change. */
  get changed(): Promise<void> {
    return this.#changed;
  }

  /** Call after every mutation: publishes it and wakes what waits for it. */
  touch(): void {
    this.onChange(this.progress());
    const wake = this.#wake;
    this.#changed = this.#arm();
    wake();
  }

  /** The number of this activity within its step and phase, counted from 1. */
  next(state: StepState, phase: string): string {
    const n = (state.begun[phase] ?? 0) + 1;
    state.begun[phase] = n;
    return `${state.step.id}/${phase}/${n}`;
  }

  /** All steps that a step depends on, direct or not, in table order. */
  ancestorsOf(id: string): readonly StepState[] {
    const found = new Set<string>();
    const visit = (step: CompiledStep): void => {
      for (const parent of step.after) {
        if (found.has(parent)) continue;
        found.add(parent);
        visit(this.of(parent).step);
      }
    };
    visit(this.of(id).step);
    return this.steps.filter((state) => found.has(state.step.id));
  }

  progress(): Progress {
    const { operation, subject, kind, inputDigest, scheduled = false } = this.table;
    const waiting = this.steps.find(isParked) ?? this.steps.find(waitsForPerson);
    const failure = this.failure ?? waiting?.failure;
    return {
      operation,
      subject,
      ...(kind !== undefined && { kind }),
      phase: this.phase,
      // A failed scheduled run has no watcher, so a person is notified.
      needsHuman:
        this.phase === 'needs-operator' || waiting !== undefined || (scheduled && this.phase === 'failed'),
      startedAt: new Date(this.startedAt).toISOString(),
      ...(this.endedAt !== undefined && { endedAt: new Date(this.endedAt).toISOString() }),
      steps: this.steps.map(stepProgress),
      ...(failure !== undefined && { failure }),
      ...(waiting !== undefined && { nextCommand: this.commandFor(waiting) }),
      inputDigest,
      ...(this.notification !== undefined && { notification: this.notification }),
    };
  }

  /** What a person runs who answers for this step. */
  commandFor({ step, asks, failure }: StepState): string {
    const of = `${this.workflowId} --step ${step.id}`;
    if (asks !== undefined) return `holdfast op approve ${of}`;
    const { correctedBy } = this.table;
    if (failure?.code === 'InvalidInput' && correctedBy !== undefined) return correctedBy;
    if (step.question === undefined || failure?.code !== 'NeedsOperator')
      return `holdfast op resolve ${of} --retry`;
    const fields = Object.keys(step.question.fields).map((name) => ` --field ${name}=VALUE`);
    return `holdfast op answer ${of}${fields.join('')}`;
  }

  #arm(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function stepProgress(state: StepState): StepProgress {
  const { question, gate } = state.step;
  const isCounted = (gate?.approvals ?? 1) > 1 && state.approvals !== undefined;
  const people = question === undefined ? [] : answeredBy(question, state.seen ?? []);
  return {
    id: state.step.id,
    title: state.step.title,
    status: state.status,
    occurrence: state.occurrence,
    tries: state.tries,
    ...(state.startedAt !== undefined && { startedAt: new Date(state.startedAt).toISOString() }),
    ...(state.endedAt !== undefined && { endedAt: new Date(state.endedAt).toISOString() }),
    ...(state.differences !== undefined && { differences: state.differences }),
    ...(state.detail !== undefined && { detail: state.detail }),
    ...(state.failure !== undefined && { failure: state.failure }),
    skippable: state.step.skippable,
    ...(state.begun['apply'] !== undefined && { touched: true }),
    ...(state.asks !== undefined && { asks: state.asks }),
    ...(state.approval !== undefined && { approval: state.approval }),
    ...(isCounted && { approvals: state.approvals }),
    ...(question !== undefined && waitsForPerson(state) && { question }),
    ...(state.answer !== undefined && { answer: state.answer }),
    ...(people.length > 0 && waitsForPerson(state) && { answeredBy: people }),
  };
}
