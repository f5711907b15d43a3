// SPDX-License-Identifier: Apache-2.0
// Makes steps with their defaults, so that a steps file reads as a table. Pure.
import type { Question } from './question.ts';
import type { HostRef } from './subject.ts';
import type { ActivityCall, ActivityProfile, Awaits, Cancel, CompiledStep } from './table.ts';

export interface StepOptions {
  readonly title: string;
  /** Default: the step before. */
  readonly after?: readonly string[];
  readonly observe: ActivityCall;
  /** Default none: a precondition. */
  readonly apply?: ActivityCall;
  readonly cancel?: Cancel;
  readonly exclusive?: readonly string[];
  readonly settleSeconds?: number;
  readonly profile?: ActivityProfile;
  readonly skippable?: boolean;
  readonly tries?: number;
  readonly onFailure?: 'park' | 'fail';
  /** Default: the hosts of the subject. */
  readonly hosts?: readonly HostRef[];
  /** Never observed again once it is done. */
  readonly once?: true;
  /** Default: what is not as wanted is changed, or is a failure. */
  readonly awaits?: Awaits;
  /** Default: nothing is asked. */
  readonly question?: Question;
  /** What cannot be taken back; with it a person approves before `apply`. Default: no approval. */
  readonly gate?: string;
  /** Of a gate: how many people have to agree. Default: one. */
  readonly approvals?: number;
}

/** @source an hour: longer than the steps before a gate take again, shorter than a night in which the world moves on */
const approvalHoldsSeconds = 3600;

/** The way back: a step that another table takes over. */
export function optionsOf({ apply, gate: _, ...step }: CompiledStep): StepOptions {
  return { ...step, ...(apply !== null && { apply }) };
}

/** @throws Error when a step depends on one that is not before it, awaits nothing, or has a bad pattern: a fault in a steps file */
export function table(steps: Readonly<Record<string, StepOptions>>): CompiledStep[] {
  const ids = Object.keys(steps);
  return Object.entries(steps).map(([id, options], index) => {
    const before = ids.slice(0, index);
    const after = options.after ?? before.slice(-1);
    const unknown = after.filter((parent) => !before.includes(parent));
    if (unknown.length > 0)
      throw new Error(`Step ${id} depends on ${unknown.join(', ')}, which is not before it`);
    if (options.approvals !== undefined && (options.gate === undefined || !(options.approvals >= 1)))
      throw new Error(`Step ${id} is approved by ${options.approvals} people of no gate, or by none`);
    if (options.awaits !== undefined && options.apply !== undefined && options.question === undefined)
      throw new Error(`Step ${id} awaits nothing: its change needs no answer`);
    for (const { pattern } of Object.values(options.question?.fields ?? {})) new RegExp(pattern, 'u');
    return {
      id,
      title: options.title,
      after,
      observe: options.observe,
      apply: options.apply ?? null,
      cancel: options.cancel ?? 'finish',
      exclusive: options.exclusive ?? [],
      settleSeconds: options.settleSeconds ?? 0,
      profile: options.profile ?? 'change',
      skippable: options.skippable ?? false,
      // Three: once for a passing fault, once more to be sure, then a person looks.
      tries: options.tries ?? 3,
      onFailure: options.onFailure ?? 'park',
      ...(options.hosts !== undefined && { hosts: options.hosts }),
      ...(options.once !== undefined && { once: options.once }),
      ...(options.awaits !== undefined && { awaits: options.awaits }),
      ...(options.question !== undefined && { question: options.question }),
      ...(options.gate !== undefined && { gate: gateOf(options.gate, options.approvals) }),
    };
  });
}

function gateOf(why: string, approvals: number | undefined): NonNullable<CompiledStep['gate']> {
  return { why, holdsSeconds: approvalHoldsSeconds, ...(approvals !== undefined && { approvals }) };
}
