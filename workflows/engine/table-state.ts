// SPDX-License-Identifier: Apache-2.0
// The state of a run: one record per row, and a signal that something changed. Starts nothing.
import type { RowFailure } from '../contracts/run/errors.ts';
import {
  waitsForPerson,
  type Approval,
  type GateQuestion,
  type Phase,
  type Progress,
  type RowProgress,
  type RowStatus,
} from '../contracts/run/progress.ts';
import type { Answer } from '../contracts/run/question.ts';
import type { CompiledRow, CompiledTable } from '../contracts/run/table.ts';

export interface RowState {
  readonly row: CompiledRow;
  status: RowStatus;
  occurrence: number;
  tries: number;
  /** Silences in a row (host unreachable, job lost) with every ancestor as wanted. */
  silences: number;
  /** When its host or service was found silent first, since it last answered. */
  silentSince?: number;
  /** True once an answer of a person or a lost ancestor asks for a look at the ancestors first. */
  lookBack: boolean;
  startedAt?: number;
  endedAt?: number;
  differences?: number;
  detail?: string;
  failure?: RowFailure;
  /** Set while the row waits for an approval. */
  asks?: GateQuestion;
  /** The last one, for people. */
  approval?: Approval;
  /** Of the same differences, at most one of each person. */
  approvals?: readonly Approval[];
  /** True from the first change under an approval until the row is done. */
  isUnderApproval?: boolean;
  /** What a person said last. */
  answer?: Answer;
  /** Activities begun, per phase: the n of `<row>/<phase>/<n>`. */
  readonly begun: Record<string, number>;
}

const ended: ReadonlySet<RowStatus> = new Set(['same', 'changed', 'skipped']);

export function isDone(state: RowState): boolean {
  return ended.has(state.status);
}

/** Of a step that is done: whether what was observed of it may have ceased to be true. */
export function mayHaveFallen({ row, status }: RowState): boolean {
  return status !== 'skipped' && row.once !== true;
}

const isParked = ({ status }: RowState): boolean => status === 'parked';

export function isRunning(state: RowState): boolean {
  return !isDone(state) && !['pending', 'awaiting', 'parked', 'failed', 'stopped'].includes(state.status);
}

export class TableState {
  readonly rows: readonly RowState[];
  phase: Phase = 'running';
  failure?: RowFailure;
  endedAt?: number;
  notification?: Progress['notification'];
  readonly #byId: ReadonlyMap<string, RowState>;
  #wake: () => void = () => undefined;
  #changed: Promise<void>;

  constructor(
    readonly table: CompiledTable,
    readonly startedAt: number,
    private readonly workflowId: string,
    private readonly onChange: (progress: Progress) => void,
  ) {
    this.rows = table.rows.map((row) => ({
      row,
      status: 'pending',
      occurrence: 0,
      tries: 0,
      silences: 0,
      lookBack: false,
      begun: {},
    }));
    this.#byId = new Map(this.rows.map((state) => [state.row.id, state]));
    this.#changed = this.#arm();
  }

  of(id: string): RowState {
    const state = this.#byId.get(id);
    if (state === undefined) throw new Error(`The table has no row ${id}`);
    return state;
  }

  /** Resolves at the next change. */
  get changed(): Promise<void> {
    return this.#changed;
  }

  /** Call after every mutation: shows it and wakes whoever waits for it. */
  touch(): void {
    this.onChange(this.progress());
    const wake = this.#wake;
    this.#changed = this.#arm();
    wake();
  }

  /** The number of this activity within its row and phase, counted from 1. */
  next(state: RowState, phase: string): string {
    const n = (state.begun[phase] ?? 0) + 1;
    state.begun[phase] = n;
    return `${state.row.id}/${phase}/${n}`;
  }

  /** All rows that a row stands on, however far back, in table order. */
  ancestorsOf(id: string): readonly RowState[] {
    const found = new Set<string>();
    const visit = (row: CompiledRow): void => {
      for (const parent of row.after) {
        if (found.has(parent)) continue;
        found.add(parent);
        visit(this.of(parent).row);
      }
    };
    visit(this.of(id).row);
    return this.rows.filter((state) => found.has(state.row.id));
  }

  progress(): Progress {
    const { operation, subject, kind, inputDigest, scheduled = false } = this.table;
    const waiting = this.rows.find(isParked) ?? this.rows.find(waitsForPerson);
    const failure = this.failure ?? waiting?.failure;
    return {
      operation,
      subject,
      ...(kind !== undefined && { kind }),
      phase: this.phase,
      // Of a failed end that nobody watched a person has to hear all the same.
      needsHuman:
        this.phase === 'needs-operator' || waiting !== undefined || (scheduled && this.phase === 'failed'),
      startedAt: new Date(this.startedAt).toISOString(),
      ...(this.endedAt !== undefined && { endedAt: new Date(this.endedAt).toISOString() }),
      rows: this.rows.map(rowProgress),
      ...(failure !== undefined && { failure }),
      ...(waiting !== undefined && { nextCommand: this.commandFor(waiting) }),
      inputDigest,
      ...(this.notification !== undefined && { notification: this.notification }),
    };
  }

  /** What a person runs who answers for this row. */
  commandFor({ row, asks, failure }: RowState): string {
    const of = `${this.workflowId} --row ${row.id}`;
    if (asks !== undefined) return `holdfast op approve ${of}`;
    if (row.question === undefined || failure?.code !== 'NeedsOperator')
      return `holdfast op resolve ${of} --retry`;
    const fields = Object.keys(row.question.fields).map((name) => ` --field ${name}=VALUE`);
    return `holdfast op answer ${of}${fields.join('')}`;
  }

  #arm(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

function rowProgress(state: RowState): RowProgress {
  const { question, gate } = state.row;
  const isCounted = (gate?.approvals ?? 1) > 1 && state.approvals !== undefined;
  return {
    id: state.row.id,
    title: state.row.title,
    status: state.status,
    occurrence: state.occurrence,
    tries: state.tries,
    ...(state.startedAt !== undefined && { startedAt: new Date(state.startedAt).toISOString() }),
    ...(state.endedAt !== undefined && { endedAt: new Date(state.endedAt).toISOString() }),
    ...(state.differences !== undefined && { differences: state.differences }),
    ...(state.detail !== undefined && { detail: state.detail }),
    ...(state.failure !== undefined && { failure: state.failure }),
    skippable: state.row.skippable,
    ...(state.begun['apply'] !== undefined && { touched: true }),
    ...(state.asks !== undefined && { asks: state.asks }),
    ...(state.approval !== undefined && { approval: state.approval }),
    ...(isCounted && { approvals: state.approvals }),
    ...(question !== undefined && waitsForPerson(state) && { question }),
    ...(state.answer !== undefined && { answer: state.answer }),
  };
}
