// SPDX-License-Identifier: Apache-2.0
// The compiled table: an operation as recorded data. Holds no code and no secret.

import type { NotifyTarget } from './notice.ts';
import type { Answer, Question } from './question.ts';
import type { HostRef, SubjectKind } from './subject.ts';

/** Options of an activity by what it does; the numbers stand in engine/activity-profiles.ts. */
export type ActivityProfile = 'look' | 'change' | 'command' | 'build';

export interface ActivityCall {
  readonly activity: string;
  readonly args: unknown;
  /** The task queue whose worker alone can do it, such as one beside a hardware token. Default: that of all workflows. */
  readonly queue?: string;
}

/** What a step makes true: the look that shows whether it is so, and the change that makes it so. */
export interface Effect {
  readonly observe: ActivityCall;
  readonly apply: ActivityCall;
}

export type Cancel = 'finish' | 'kill' | 'batch';

export interface CompiledStep {
  readonly id: string;
  /** What the step makes true, for people; starts with a noun. */
  readonly title: string;
  readonly after: readonly string[];
  readonly observe: ActivityCall;
  /** None: the step is a precondition. */
  readonly apply: ActivityCall | null;
  /** What cancelling does to the step's durable command; `batch`: it ends, and none begins after it. */
  readonly cancel: Cancel;
  /** Named locks held on the host while the step's command runs. */
  readonly exclusive: readonly string[];
  /** How long the look after the change may poll, seconds. */
  readonly settleSeconds: number;
  readonly profile: ActivityProfile;
  readonly skippable: boolean;
  /** Counted tries before the step parks or fails. */
  readonly tries: number;
  readonly onFailure: 'park' | 'fail';
  /** Where its commands run; default: the hosts of the subject. */
  readonly hosts?: readonly HostRef[];
  /** True once means true for the rest of the run: done, it is never observed again. Such is a token that was plugged in. */
  readonly once?: true;
  /** Not as wanted is no failure of the step: it waits for a person, for days if need be. Its change needs a question. */
  readonly awaits?: Awaits;
  /** Asked while the step is not as wanted; a change begins with an answer alone. */
  readonly question?: Question;
  /** None: what differs is applied unasked. */
  readonly gate?: Gate;
}

export interface Awaits {
  /** Until a person is notified again, seconds. */
  readonly remindSeconds: number;
}

/** People must agree to the very differences before `apply` begins. */
interface Gate {
  /** What cannot be taken back, for people: one clause. */
  readonly why: string;
  /** How long an approval holds until `apply` begins, seconds. */
  readonly holdsSeconds: number;
  /** How many people have to agree. Default: one. */
  readonly approvals?: number;
}

export interface CompiledTable {
  readonly operation: string;
  /** Name of what the operation acts on. */
  readonly subject: string;
  /** Default: box. */
  readonly kind?: SubjectKind;
  /** Who asked for the run, as claimed: may not approve its own steps. Default: any actor may approve. */
  readonly requestedBy?: string;
  /** Started by a schedule: no person watches, so one is notified of its failed end. */
  readonly scheduled?: true;
  /** Of a run that only looks: a difference waits for a person. Default: it is a result like any other. */
  readonly whenDiffers?: 'notify';
  /** The command that a person runs after the input that a step refused is corrected; default: the step is tried again. */
  readonly correctedBy?: string;
  /** Steps in an order in which every step follows its dependencies. */
  readonly steps: readonly CompiledStep[];
  /** How many steps run side by side. */
  readonly limit: number;
  /** A step whose host or service was silent for so long waits for a person and the lease is given back. None in earlier releases. */
  readonly unreachableSeconds?: number;
  /** So many steps that give up one after another for the same cause let no other begin. Default: no number is too many. */
  readonly tripAfter?: number;
  /** The lease that a mutating run holds, see subject.ts; null for a run that only looks. */
  readonly lease: string | null;
  readonly takeOver: boolean;
  /** SHA-256 of the parsed input; attaching compares it. */
  readonly inputDigest: string;
  /** Who is notified when the run waits for a person; absent: no one. */
  readonly notify?: NotifyTarget;
}

/** What every activity of a step gets besides its arguments. */
export interface StepContext {
  readonly operation: string;
  readonly subject: string;
  /** Where the commands of the step run; default: the hosts of the subject. */
  readonly hosts?: readonly HostRef[];
  readonly step: string;
  readonly occurrence: number;
  /** Made once per operation, kept over reset: names its durable commands. */
  readonly nonce: string;
  /** Of the lease; 0 for a run that only looks. */
  readonly epoch: number;
  /** Whose lease the run holds: asked for right before a change. Absent in runs of earlier releases. */
  readonly lease?: string | null;
  readonly cancel: Cancel;
  readonly exclusive: readonly string[];
  readonly settleSeconds: number;
  /**
   * What Temporal shows as a failed activity: `done`, one that could not do its work; `same`, one that found a difference as
   * well. Absent: nothing, as in a report, where a difference is a result like any other.
   */
  readonly failsUnless?: 'done' | 'same';
  /** What a person said when the step asked; none before that. */
  readonly answer?: Answer;
}
