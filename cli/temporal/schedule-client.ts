// SPDX-License-Identifier: Apache-2.0
// What the command line asks of Temporal's schedules. schedule-service.ts does it, a double in tests.
import type { ScheduleTurns } from '../../workflows/contracts/run/overdue.ts';

/** A schedule as it should be. It carries a name, never a frozen input. */
export interface DesiredSchedule {
  readonly id: string;
  /** Wire name of the workflow. */
  readonly type: string;
  /** Temporal puts the time of each turn behind it. */
  readonly workflowId: string;
  readonly input: unknown;
  readonly everySeconds: number;
  readonly jitterSeconds: number;
  /** A turn that was missed by less than this, since Temporal was down, is made up for. */
  readonly catchupSeconds: number;
}

/** A schedule as Temporal keeps it. */
export interface ScheduleState extends DesiredSchedule, ScheduleTurns {
  readonly overlap: string;
  readonly note: string;
  readonly nextAt?: string;
  /** Id of the newest run that it started. */
  readonly lastRun?: string;
  /** Turns that were left out because a run was open. */
  readonly skipped: number;
}

/** Every method @throws TemporalUnreachable */
export interface ScheduleBook {
  /** Null when there is none. */
  describe(id: string): Promise<ScheduleState | null>;
  /** Ids that begin with the prefix, sorted. */
  ids(prefix: string): Promise<string[]>;
  create(desired: DesiredSchedule): Promise<void>;
  /** Keeps a pause and its note. */
  update(desired: DesiredSchedule): Promise<void>;
  remove(id: string): Promise<void>;
  pause(id: string, note: string): Promise<void>;
  unpause(id: string, note: string): Promise<void>;
  /** One turn now, unless a run of it is open. */
  trigger(id: string): Promise<void>;
}
