// SPDX-License-Identifier: Apache-2.0
// The part of an authority's spec that describes the box in which it answers. The schema stands beside the authority's.
import type { BoxNetwork } from '../box/box-spec.ts';

/** Where step-ca finds the key of the intermediate: a token of SoftHSM, which is a folder of this machine. */
export interface ServerToken {
  /** The folder that `directories.tokendir` of the station's SoftHSM names. */
  readonly folder: string;
  /** A file of its owner alone. step-ca signs without a person, so its box keeps a copy. */
  readonly pinFile: string;
}

export interface AuthorityServer {
  /** Between this machine and the box. */
  readonly network: BoxNetwork;
  /** DNS names of step-ca, the first one in its URLs. */
  readonly names: readonly string[];
  readonly token: ServerToken;
  /** How long a leaf is valid, days. */
  readonly leafDays: number;
  /** Where the packages of the box come from; default: this machine's own Debian sources. */
  readonly debian?: { readonly mirror: string; readonly securityMirror?: string };
}
