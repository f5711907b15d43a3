// SPDX-License-Identifier: Apache-2.0
// The box in which an authority answers: what it needs of this machine, what it serves, and which intermediate is active.
import type { ActivateArgs, PublishArgs, ServerRef } from '../../contracts/authority/server.ts';
import type { ServerToken } from '../../contracts/authority/server-spec.ts';
import type { Apply, Observe } from '../run/activities.ts';

interface ClaimArgs {
  readonly box: string;
  readonly cidr: string;
}

interface BoxArgs {
  readonly box: string;
}

export interface ImportArgs extends ServerRef {
  readonly token: ServerToken;
  /** Serial number of the intermediate's token. */
  readonly serial: string;
}

export interface CaServerPort {
  /** The network of the box belongs to it on this machine. */
  observeServerClaim: Observe<ClaimArgs>;
  claimServer: Apply<ClaimArgs>;
  /** step-ca of this release lies in the box. */
  observeServerProgram: Observe<BoxArgs>;
  provideServerProgram: Apply<BoxArgs>;
  /** The box is on and its web server answers. */
  observeServer: Observe<ServerRef>;
  /** The token of the intermediate and its PIN lie in the box, for step-ca alone. */
  observeTokenImported: Observe<ImportArgs>;
  importToken: Apply<ImportArgs>;
  /** Root, chains and the newest CRL are read back over http, as verifiers read them. */
  observeChainPublished: Observe<PublishArgs>;
  publishChain: Apply<PublishArgs>;
  /** step-ca serves this generation, and a leaf that it issued over ACME verifies by the pinned root. */
  observeActivated: Observe<ActivateArgs>;
  activateIntermediate: Apply<ActivateArgs>;
  observeActivationRecorded: Observe<ActivateArgs>;
  recordActivation: Apply<ActivateArgs>;
}
