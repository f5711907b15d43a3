// SPDX-License-Identifier: Apache-2.0
// The proof that the cloud does what it is for, and the record of what was installed.
import type { CanaryRun, CanaryRequest } from '../../contracts/canary/canary.ts';
import type { StepContext } from '../../contracts/run/table.ts';
import type { Apply, Observe } from '../run/activities.ts';

export interface CanaryArgs {
  readonly box: string;
  /** The cloud in the access files: a plain user's. */
  readonly cloud: string;
  readonly image: string;
  readonly flavor: string;
  readonly network: string;
  /** A whole run with a guest that answers; none: a server that is active proves what a fake hypervisor can. */
  readonly guestRun?: CanaryRequest;
  /** Digest of what the cloud is to be: a canary of another one proves nothing. */
  readonly specDigest: string;
}

export interface ServiceUseArgs {
  readonly box: string;
  /** The cloud in the access files: a plain user's. */
  readonly cloud: string;
  readonly service: 'identity' | 'image' | 'network';
  /** Name of an image or a network that the user sees; for `identity` a type in the catalog. */
  readonly wanted: string;
}

export interface EvidenceArgs {
  readonly box: string;
  readonly release: string;
  readonly services: readonly string[];
  readonly authorityPath: string;
  /** Id → path inside the box. */
  readonly certificates: readonly { readonly id: string; readonly path: string }[];
}

export interface CanaryPort {
  observeCanary: Observe<CanaryArgs>;
  runCanary: Apply<CanaryArgs>;
  /** True when the box has a verdict on the image that an update laid it on. */
  observeVerdict: Observe<CanaryArgs>;
  judgeUpdate: Apply<CanaryArgs>;
  /** Whether the cloud lets its user in. */
  observeCloud: Observe<Pick<CanaryRequest, 'cloud' | 'cloudsFile'>>;
  /** Resolves with what was seen, good or bad. */
  measureCloud(args: CanaryRequest, context: StepContext): Promise<CanaryRun>;
  observeServiceUse: Observe<ServiceUseArgs>;
  observeEvidence: Observe<EvidenceArgs>;
  recordEvidence: Apply<EvidenceArgs>;
}
