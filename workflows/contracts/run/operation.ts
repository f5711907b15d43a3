// SPDX-License-Identifier: Apache-2.0
// What is known of an operation without its table: names, kind of subject, how it acts.
import type { SubjectKind } from './subject.ts';

export interface Operation {
  /** Wire name of the workflow: a promise to open runs and to schedules. */
  readonly type: string;
  /** First part of the ids of its runs, and its name in their progress. */
  readonly slug: string;
  /** What it acts on. */
  readonly kind: SubjectKind;
  /**
   * `changes`: runs a table until everything in it is true. `observes`: changes nothing and ends with a report.
   * `measures`: does its one step once and ends with a measurement.
   */
  readonly acts: 'changes' | 'observes' | 'measures';
  /** What it does, for people; the name of the subject follows. */
  readonly summary: string;
}
