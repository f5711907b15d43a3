// SPDX-License-Identifier: Apache-2.0
// What the worker of all workflows does in a ceremony: reserve, prepare, judge and seal. It asks no token.
import type { Ceremony, CeremonyRef } from '../../contracts/authority/ceremony.ts';
import type { CrlRef, CrlRequest, Revocation } from '../../contracts/authority/root-crl.ts';
import type { Apply, Observe } from '../run/activities.ts';

/** What is reserved on top of it comes to be in the first step. */
export type CeremonyRequest = Omit<Ceremony, 'serialNumber' | 'crlNumber' | 'reservedAt'>;

export interface ApprovalArgs extends CeremonyRef {
  /** How many people have to have approved once this step is done. */
  readonly count: number;
}

/** What is recorded on top of it comes to be in the first step. */
export type RevocationRequest = Omit<Revocation, 'requestedAt'>;

export interface RevocationApprovalArgs extends Pick<Revocation, 'authority' | 'serial'> {
  /** How many people have to have approved once this step is done. */
  readonly count: number;
}

interface AuthorityArgs {
  readonly authority: string;
}

export interface AuthorityPort {
  /** A ceremony of this generation is recorded, with this profile. Another profile fails: a generation is used once. */
  observeCeremony: Observe<CeremonyRequest>;
  reserveCeremony: Apply<CeremonyRequest>;
  /** The bytes that the root will sign are recorded, and are what profile and request lead to. */
  observeToBeSigned: Observe<CeremonyRef>;
  fixToBeSigned: Apply<CeremonyRef>;
  /** So many approvers signed the digest of these bytes, lately, each by an own key. */
  observeApprovals: Observe<ApprovalArgs>;
  /** Takes the signature from the answer of a person. */
  recordApproval: Apply<ApprovalArgs>;
  /** Each verifier judged the chain, good leaves and bad ones, and each judged right. */
  observeVerification: Observe<CeremonyRef>;
  verifyCertificate: Apply<CeremonyRef>;
  /** All records stand in a chain of digests, and none was changed since. */
  observeSeal: Observe<CeremonyRef>;
  sealCeremony: Apply<CeremonyRef>;
  /** The revocation is recorded, as people are to approve it. */
  observeRevocation: Observe<RevocationRequest>;
  recordRevocation: Apply<RevocationRequest>;
  /** So many approvers signed the digest of its record, lately, each by an own key. */
  observeRevocationApprovals: Observe<RevocationApprovalArgs>;
  recordRevocationApproval: Apply<RevocationApprovalArgs>;
  /** The newest CRL lasts long enough and lists all that was revoked, or one that will is reserved. */
  observeCrlReserved: Observe<CrlRequest>;
  reserveCrl: Apply<CrlRequest>;
  /** OpenSSL refused every chain that the newest CRL revokes, and accepted the others. */
  observeCrlVerified: Observe<CrlRef>;
  verifyCrl: Apply<CrlRef>;
  observeCrlSealed: Observe<CrlRef>;
  sealCrl: Apply<CrlRef>;
  /** No recorded box has its certificate from the authority, and every spec of a box can be read. */
  observeAuthorityUnused: Observe<AuthorityArgs>;
  /** Nothing is recorded of it among the authorities; all that was lies in a folder of its own. */
  observeAuthoritySetAside: Observe<AuthorityArgs>;
  setAuthorityAside: Apply<AuthorityArgs>;
}
