// SPDX-License-Identifier: Apache-2.0
// What the command line asks of Temporal, and what it gets back. temporal-service.ts does it, a double in tests.
import type { RunMemo } from '../../workflows/contracts/run/messages.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import type { ScheduleBook } from './schedule-client.ts';
import type { ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';

export type RunStatus =
  'running' | 'completed' | 'failed' | 'cancelled' | 'terminated' | 'timed-out' | 'other';

export interface RetryingActivity {
  /** `<step>/<phase>/<n>` */
  readonly id: string;
  readonly failure: string;
}

/** A run as Temporal keeps it; readable without a worker. */
export interface RunDescription {
  readonly id: string;
  readonly runId: string;
  /** Wire name of the workflow. */
  readonly type: string;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly closedAt?: string;
  readonly memo?: RunMemo;
  /** By id of an activity that runs: what it says goes on just now. */
  readonly told?: Readonly<Record<string, string>>;
  /** An activity that fails again and again, with its last failure. */
  readonly retrying?: RetryingActivity;
}

/** The answer to the query `progress`. */
export type ProgressAnswer =
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The run has no table yet. */
  | { readonly kind: 'none' }
  /** This kind of run answers no query. */
  | { readonly kind: 'unasked' }
  | { readonly kind: 'no-worker' };

/** How a closed run ended. */
export type RunEnd =
  | { readonly kind: 'completed'; readonly value: unknown }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly details: readonly unknown[];
    }
  | { readonly kind: 'cancelled' | 'terminated' | 'timed-out'; readonly message: string };

export type ResolveAnswer =
  | { readonly kind: 'accepted'; readonly progress: Progress }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'no-worker' };

export interface StartRequest {
  readonly type: string;
  readonly id: string;
  readonly input: unknown;
  readonly summary: string;
}

/** One activity as the history tells it. */
export interface ActivityRecord {
  /** `<step>/<phase>/<n>` */
  readonly id: string;
  readonly type: string;
  readonly scheduledAt: string;
  readonly endedAt?: string;
  /** Of the attempt that ended, from 1; more than 1 when a worker or connection was lost. */
  readonly attempts: number;
  readonly result?: unknown;
  /** Why it ended without a result. */
  readonly failure?: string;
}

/** One answer of a person as the history tells it: a resolved step, an approved one. */
export interface AnswerRecord {
  readonly at: string;
  readonly step: string;
  readonly occurrence: number;
  /** `retry`, `skip`, `abort`, `approve`, `answer`, or the update's own name. */
  readonly action: string;
  /** As claimed. */
  readonly actor: string;
  readonly reason: string;
  /** Field by field, of an answer to a question. */
  readonly data?: Readonly<Record<string, string>>;
}

/** Every method @throws TemporalUnreachable */
export interface TemporalClient {
  readonly schedules: ScheduleBook;
  /** Starts a run, or says that one of this id runs. */
  start(
    request: StartRequest,
  ): Promise<{ readonly started: true; readonly runId: string } | { readonly started: false }>;
  /** The newest run of an id, or the one named; null when there is none. */
  describe(id: string, runId?: string): Promise<RunDescription | null>;
  /** What the run was started with; undefined when it cannot be decoded. */
  inputOf(id: string, runId: string): Promise<unknown>;
  progressOf(id: string, runId: string): Promise<ProgressAnswer>;
  /** Only for a run that is closed. */
  endOf(id: string, runId: string): Promise<RunEnd>;
  /** `before` is when the same person gave the same answer last: to give it anew is another answer. */
  resolve(id: string, runId: string, answer: ResolveStep, before?: string): Promise<ResolveAnswer>;
  cancel(id: string, runId: string): Promise<void>;
  /** All that have not ended, newest first: one that waits for a person may be older than a thousand others. */
  openRuns(types: readonly string[]): Promise<RunDescription[]>;
  /** Newest first. */
  list(types: readonly string[], countMax: number): Promise<RunDescription[]>;
  /** All runs of one id, newest first. */
  runsOf(id: string, countMax: number): Promise<RunDescription[]>;
  activitiesOf(id: string, runId: string): Promise<ActivityRecord[]>;
  /** The accepted answers of people, in order. */
  answersOf(id: string, runId: string): Promise<AnswerRecord[]>;
  close(): Promise<void>;
}

/** Where Temporal is, as the supervisor's `ready` says. */
export interface ReadyTemporal {
  readonly address: string;
  readonly namespace: string;
  readonly mode: 'embedded' | 'configured';
  readonly uiUrl?: string;
  /** Lets a browser into the UI: a secret, printed by `up` alone. */
  readonly uiLink?: string;
  /** Of the worker, for Prometheus. */
  readonly metricsUrl?: string;
}

export interface Connect {
  (ready: ReadyTemporal, environment: Readonly<Record<string, string | undefined>>): Promise<TemporalClient>;
  /** Loads what connecting needs, while another process is asked where Temporal is. */
  readonly prepare?: () => void;
}
