// SPDX-License-Identifier: Apache-2.0
// What the engine needs from outside: activities, timers, a clock, a place to show progress.
import type { Progress } from '../../contracts/run/progress.ts';
import type { ActivityCall, ActivityProfile } from '../../contracts/run/table.ts';

export interface EngineCall {
  /** `<step>/<phase>/<n>`; replay compares it, so it never depends on arguments. */
  readonly id: string;
  readonly call: ActivityCall;
  readonly context: unknown;
  readonly profile: ActivityProfile;
  readonly summary: string;
  /** False: the activity goes on when the run is cancelled. */
  readonly cancellable: boolean;
}

export interface EnginePorts {
  /** The run's id, as a person names it. */
  readonly workflowId: string;
  /** Resolves with the activity's result, or rejects when the activity ends without one. */
  activity(call: EngineCall): Promise<unknown>;
  /** Resolves after so many seconds, or at once when the run is cancelled. */
  sleep(seconds: number, summary: string): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called at each change; the callee may fold several calls into one write. */
  publish(progress: Progress): void;
  /** Resolves when somebody asks for the end of the run. */
  readonly cancelRequested: Promise<void>;
}

/** Rules that were different in earlier releases: a run keeps those that it began with. */
export interface EngineRules {
  /** What has to be done before a step begins. Former: the parents alone, whatever became of what those depend on. */
  readonly waitsFor: 'ancestors' | 'parents';
  /** Whether the silence that a change met lasts when the step can be observed. Former: an observation ended it. */
  readonly silentChange: 'lasts' | 'ends-with-observation';
}

export const currentRules: EngineRules = { waitsFor: 'ancestors', silentChange: 'lasts' };
