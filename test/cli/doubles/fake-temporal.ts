// SPDX-License-Identifier: Apache-2.0
// A double of Temporal behind the client's interface: one run, told look by look. Keeps no history of its own.
import { TemporalUnreachable } from '../../../cli/terminal/cli-error.ts';
import type {
  ActivityRecord,
  AnswerRecord,
  ProgressAnswer,
  ResolveAnswer,
  RunDescription,
  RunEnd,
  StartRequest,
  TemporalClient,
} from '../../../cli/temporal/temporal-client.ts';
import type { ResolveStep } from '../../../workflows/contracts/run/resolve-step.ts';
import type { ScheduleState } from '../../../cli/temporal/schedule-client.ts';
import { FakeSchedules } from './fake-schedules.ts';
import { startOfTime } from './fake-io.ts';

/** What one look meets: the server's and the worker's answer, or nobody. */
export interface Moment {
  readonly run?: Partial<RunDescription>;
  readonly answer?: ProgressAnswer;
  readonly isSilent?: boolean;
}

export interface FakeTemporalOptions {
  /** One after another; the last is repeated. */
  readonly moments?: readonly Moment[];
  readonly end?: RunEnd;
  /** The input of a run that is there before ours. */
  readonly runningInput?: unknown;
  /** By run id, of runs that have another one. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** That run ends when it is asked to: another one can start. */
  readonly endsWhenCancelled?: boolean;
  readonly resolveAnswer?: ResolveAnswer;
  readonly schedules?: readonly ScheduleState[];
  readonly runs?: readonly RunDescription[];
  /** There are no others than `runs`. */
  readonly isOnlyRuns?: boolean;
  readonly activities?: readonly ActivityRecord[];
  readonly answers?: readonly AnswerRecord[];
  /** Ids that no run has. */
  readonly isEmpty?: boolean;
}

export class FakeTemporal implements TemporalClient {
  readonly schedules: FakeSchedules;
  readonly started: StartRequest[] = [];
  readonly resolved: ResolveStep[] = [];
  readonly cancelled: string[] = [];
  #looks = 0;

  constructor(private readonly options: FakeTemporalOptions = {}) {
    this.schedules = new FakeSchedules(options.schedules ?? []);
  }

  async start(request: StartRequest) {
    const hasEnded = this.options.endsWhenCancelled === true && this.cancelled.length > 0;
    if (this.options.runningInput !== undefined && !hasEnded) return { started: false } as const;
    this.started.push(request);
    return { started: true, runId: 'run-1' } as const;
  }

  async describe(id: string, runId?: string): Promise<RunDescription | null> {
    if (this.options.isEmpty === true) return null;
    const runs = (this.options.runs ?? []).filter((run) => run.id === id);
    if (this.options.isOnlyRuns === true) return runs[0] ?? null;
    const named = runs.find((run) => run.runId === runId);
    if (named !== undefined) return named;
    const moment = this.#moment();
    this.#looks += 1;
    if (moment.isSilent === true) throw new TemporalUnreachable('connection refused');
    const base = { id, runId: 'run-1', type: 'InstallBox', status: 'running' } as const;
    return { ...base, startedAt: new Date(startOfTime).toISOString(), ...moment.run };
  }

  async inputOf(_id: string, runId: string): Promise<unknown> {
    const { inputs = {} } = this.options;
    if (runId in inputs) return inputs[runId];
    return this.options.runningInput ?? this.started.at(-1)?.input;
  }

  async progressOf(): Promise<ProgressAnswer> {
    return (
      this.options.moments?.[Math.min(this.#looks, this.options.moments.length) - 1]?.answer ?? {
        kind: 'none',
      }
    );
  }

  async endOf(): Promise<RunEnd> {
    return this.options.end ?? { kind: 'completed', value: null };
  }

  async resolve(_id: string, _runId: string, answer: ResolveStep): Promise<ResolveAnswer> {
    this.resolved.push(answer);
    return this.options.resolveAnswer ?? { kind: 'no-worker' };
  }

  async cancel(id: string): Promise<void> {
    this.cancelled.push(id);
  }

  async openRuns(): Promise<RunDescription[]> {
    return (this.options.runs ?? []).filter(({ status }) => status === 'running');
  }

  async list(_types: readonly string[], countMax: number): Promise<RunDescription[]> {
    return (this.options.runs ?? []).slice(0, countMax);
  }

  async runsOf(id: string): Promise<RunDescription[]> {
    return (this.options.runs ?? []).filter((run) => run.id === id);
  }

  async activitiesOf(): Promise<ActivityRecord[]> {
    return [...(this.options.activities ?? [])];
  }

  async answersOf(): Promise<AnswerRecord[]> {
    return [...(this.options.answers ?? [])];
  }

  async close(): Promise<void> {}

  #moment(): Moment {
    const moments = this.options.moments ?? [{}];
    return moments[Math.min(this.#looks, moments.length - 1)] ?? {};
  }
}
