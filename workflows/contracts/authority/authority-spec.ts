// SPDX-License-Identifier: Apache-2.0
// The spec of an authority: its root and intermediate by the tokens that hold their keys, and what the next certificate is to say.
import type { NotifyWays } from '../run/notice.ts';
import type { AuthorityServer } from './server-spec.ts';

/** A certificate that an earlier CRL of the root revoked. A new CRL lists it again. */
export interface RevokedCertificate {
  /** Hexadecimal digits, two for each octet. */
  readonly serial: string;
  /** ISO 8601. */
  readonly revokedAt: string;
}

export interface RootSpec {
  /** Serial number of the token that holds the root's key. */
  readonly serial: string;
  /** CKA_ID of the key, hexadecimal digits. */
  readonly id: string;
  /** SHA-256 of the certificate's DER, hexadecimal digits: what a person compares, and what every step is held to. */
  readonly fingerprint: string;
  /** PEM. */
  readonly certificate: string;
  /** Number of the newest CRL that the root signed before this release did; 0 for none. */
  readonly crlNumber: number;
  readonly revoked: readonly RevokedCertificate[];
}

export interface IntermediateSpec {
  /** Serial number of the token that makes and keeps the key. */
  readonly serial: string;
  readonly id: string;
  /** CKA_LABEL of the key. */
  readonly label: string;
}

/** Parts of a distinguished name, in the order of the certificate. */
export interface SubjectName {
  readonly country?: string;
  readonly organization?: string;
  readonly organizationalUnit?: string;
  readonly commonName: string;
}

export interface CertificateProfile {
  readonly subject: SubjectName;
  /** One higher with each new intermediate; names the ceremony. */
  readonly generation: number;
  /** Such as `1825d`. */
  readonly lifetime: string;
  /** DNS names; each with all below it may be certified, and nothing else. */
  readonly permitted: readonly string[];
  /** DNS names below those that may not. */
  readonly excluded: readonly string[];
  /** Where verifiers fetch the CRL that the root signs. */
  readonly crlUrl: string;
  /** For how long that CRL is valid. */
  readonly crlLifetime: string;
}

/** A person who may approve, by a key that only this person has. */
export interface Approver {
  /** The person's user name: who requested a ceremony does not approve it. */
  readonly name: string;
  /** Public key as `ssh-keygen` writes it, without the comment. */
  readonly key: string;
}

export interface AuthoritySpec {
  readonly apiVersion: 'holdfast/v1';
  readonly kind: 'Authority';
  readonly name: string;
  readonly root: RootSpec;
  readonly intermediate: IntermediateSpec;
  /** Name of the station at which people plug in tokens. */
  readonly station: string;
  /** One: the tokens are exchanged. Two: both stay plugged in. */
  readonly readers: 1 | 2;
  /** How many people approve the certificate before it is signed; who requested it does not count. */
  readonly approvals: number;
  /** Whose signatures count. Without approvers, the claimed user of an answer is believed. */
  readonly approvers: readonly Approver[];
  readonly profile: CertificateProfile;
  /** How often a schedule sees to it that the root's CRL lasts: `1d`, or `never`. */
  readonly crlEvery: string;
  /** The box that issues leaves by ACME and serves chain and CRL; absent: others do. */
  readonly server?: AuthorityServer;
  readonly notify?: NotifyWays;
}

/** What a run of IssueIntermediateCa is started with. */
export interface IssueCaInput {
  readonly name: string;
  readonly generation: number;
  /** SHA-256 of the recorded spec: one that was changed since begins nothing. */
  readonly specDigest: string;
  /** The operating-system user who asks, as claimed. */
  readonly requestedBy: string;
  readonly takeOver: boolean;
}

/** Below the state directory. */
export const authorityFolder = (name: string): string => `authorities/${name}`;
export const authoritySpecFile = (name: string): string => `${authorityFolder(name)}/spec.json`;

/** Subject of a ceremony: an authority has one for each generation. */
export const ceremonySubject = (name: string, generation: number): string => `${name}/${generation}`;

/** Task queue of a station; no other worker takes its calls. */
export const stationQueue = (station: string): string => `token.${station}`;

/** Days of a length such as `1825d`; null for another text. */
export function daysOf(text: string): number | null {
  const match = /^([1-9]\d{0,4})d$/.exec(text);
  return match === null ? null : Number(match[1]);
}

/** Whether an intermediate of the profile may certify a DNS name. */
export function isPermitted(
  name: string,
  { permitted, excluded }: Pick<CertificateProfile, 'permitted' | 'excluded'>,
): boolean {
  const isBelow = (base: string): boolean => name === base || name.endsWith(`.${base}`);
  return permitted.some(isBelow) && !excluded.some(isBelow);
}
