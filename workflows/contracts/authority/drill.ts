// SPDX-License-Identifier: Apache-2.0
// A drill in which the key of an intermediate counts as lost: what it replaces, its parts, and the record of its times. Pure.
import { authorityFolder } from './authority-spec.ts';

/** What a run of DrillCompromise is started with. */
export interface DrillInput {
  readonly name: string;
  /** Of the intermediate that counts as lost. */
  readonly generation: number;
  /** SHA-256 of the recorded spec, which describes the next intermediate. */
  readonly specDigest: string;
  /** People approve the revocation with it. */
  readonly why: string;
  /** The operating-system user who asks, as claimed: approves none of its parts. */
  readonly requestedBy: string;
}

export interface DrillRef {
  readonly authority: string;
  readonly generation: number;
}

/** What the drill was begun with. The first request stays. */
export interface DrillBeginning extends DrillRef {
  /** Generation of the next intermediate. */
  readonly next: number;
  /** Serial number of the certificate that is revoked. */
  readonly serial: string;
  /** Boxes whose certificates are issued anew, by their names. */
  readonly boxes: readonly string[];
  readonly why: string;
  readonly requestedBy: string;
  readonly begunAt: string;
}

/** A run of another operation, under the id that it always has. */
export interface PartRun {
  readonly type: string;
  readonly id: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What is true once a part is done, as the records or a client of the box say. */
export type PartEnd =
  | { readonly kind: 'revoked'; readonly serial: string }
  | { readonly kind: 'sealed'; readonly generation: number }
  | { readonly kind: 'active'; readonly generation: number }
  | {
      readonly kind: 'served';
      readonly generation: number;
      /** DNS name of the box. */
      readonly name: string;
      readonly address: string;
      /** Of the APIs. */
      readonly ports: readonly number[];
    };

/** One part of the drill. */
export interface DrillPartArgs extends DrillRef {
  readonly part: string;
  readonly run: PartRun;
  readonly end: PartEnd;
}

/** When the run of a part began and ended; ISO 8601. */
export interface PartTimes {
  /** Names the try that started it. */
  readonly key: string;
  readonly id: string;
  readonly runId: string;
  readonly startedAt: string;
  /** Null while it goes on. */
  readonly endedAt: string | null;
}

export interface PartResult {
  readonly part: string;
  /** Null for a part that was done before the drill. */
  readonly run: string | null;
  readonly seconds: number;
}

/** How long the drill took, from its first step to its record. Waits for people are part of it. */
export interface DrillResult extends Omit<DrillBeginning, 'why'> {
  readonly endedAt: string;
  readonly seconds: number;
  readonly parts: readonly PartResult[];
}

export interface DrillRecordArgs extends DrillRef {
  /** In their order. */
  readonly parts: readonly string[];
}

/** Below the state directory. */
export const drillsFolder = (authority: string): string => `${authorityFolder(authority)}/drills`;
export const drillFolder = ({ authority, generation }: DrillRef): string =>
  `${drillsFolder(authority)}/${generation}`;

export const drillFiles = {
  beginning: 'beginning.json',
  result: 'result.json',
  part: (part: string): string => `parts/${part}.json`,
} as const;

/** `101 s in all: revoked 40 s, issued 61 s`. */
export function drillText({ parts, seconds }: Pick<DrillResult, 'parts' | 'seconds'>): string {
  const each = parts.map(({ part, run, seconds: own }) => `${part} ${run === null ? 'before' : `${own} s`}`);
  return `${seconds} s in all: ${each.join(', ')}`;
}
