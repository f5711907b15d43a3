// SPDX-License-Identifier: Apache-2.0
// What a canary is asked, and what it brings back: phases with their times, and the whole of a failure. Holds no secret.
import type { StepFailure } from '../run/errors.ts';

/** In the order of the run; a part that is not there (no volumes, no name) is skipped with its reason. */
export const canaryPhases = [
  'tidy',
  'look-up',
  'key-pair',
  'network',
  'security-group',
  'server',
  'floating-ip',
  'ping',
  'ssh',
  'user-data',
  'metadata',
  'dns',
  'egress',
  'throughput-out',
  'throughput-in',
  'volume',
  'clean-up',
] as const;
export type CanaryPhaseName = (typeof canaryPhases)[number];

export interface CanaryPhase {
  readonly phase: CanaryPhaseName;
  readonly seconds: number;
  readonly outcome: 'good' | 'failed' | 'skipped';
  /** Why it was skipped, or what is worth knowing of it. */
  readonly note?: string;
}

/** MB/s over plain TCP through the floating IP, by where the bytes went. */
interface CanaryThroughput {
  readonly out?: number;
  readonly in?: number;
}

/** One canary run, as it stands in the result and in `<state>/canaries/<cloud>.ndjson`. */
export interface CanaryRun {
  readonly cloud: string;
  /** `busy`: another run changes the box meanwhile. */
  readonly result: 'good' | 'bad' | 'busy';
  /** Of a busy one: who holds the box. */
  readonly heldBy?: string;
  /** ISO instant. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly phases: readonly CanaryPhase[];
  readonly throughput: CanaryThroughput;
  readonly failedPhase?: CanaryPhaseName;
  readonly failure?: StepFailure;
  /** The last lines of the server's console, redacted, at most 4 KiB; only of a run that failed. */
  readonly consoleTail?: string;
}

export interface CanaryRequest {
  /** A name in clouds.yaml. */
  readonly cloud: string;
  /** Absolute path of a clouds.yaml; default: the boxes' access files, then the usual places. */
  readonly cloudsFile?: string;
  /** Default: the project's own image. */
  readonly image?: string;
  /** Default: the smallest one that the image fits. */
  readonly flavor?: string;
  /** Default: the only external one. */
  readonly externalNetwork?: string;
  /** MB/s below which a throughput phase fails. */
  readonly throughputMegabytesMin: number;
}

export interface CanaryInput extends CanaryRequest {
  /** Started by a schedule: no person watches, so those named in the spec of the cloud's box are notified. */
  readonly scheduled: boolean;
}

/** @source with the right settings a guest under emulation gave 69 MB/s, with one wrong 0.24 */
export const throughputMegabytesMinDefault = 1;

/** The cloud of a box that a plain user has. */
export const testCloudOf = (box: string): string => `${box}-test`;
/** The box that such a cloud would be of; null when the name says otherwise. */
export const boxOfTestCloud = (cloud: string): string | null => /^(.+)-test$/.exec(cloud)?.[1] ?? null;
