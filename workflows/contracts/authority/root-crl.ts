// SPDX-License-Identifier: Apache-2.0
// The CRLs of a root and the revocations that people asked for: which records there are and what they say. None holds a secret. Pure.
import { authorityFolder, type Approver, type RevokedCertificate, type RootSpec } from './authority-spec.ts';
import type { Seal, Verdict } from './ceremony.ts';

/** What a CRL is held to from its number on. Written before any token is asked for. */
export interface CrlReservation {
  readonly authority: string;
  /** One above every number that was reserved before. */
  readonly number: number;
  readonly root: RootSpec;
  /** All that the CRL will list: what the one before listed, and what was approved since. */
  readonly revoked: readonly RevokedCertificate[];
  /** Such as `400d`. */
  readonly lifetime: string;
  readonly reservedAt: string;
  readonly requestedBy: string;
}

/** Fixed when the root is about to sign; ISO 8601 in whole seconds. */
export interface CrlTimes {
  readonly thisUpdate: string;
  readonly nextUpdate: string;
}

export interface CrlVerification {
  /** SHA-256 of the CRL. */
  readonly crlDigest: string;
  readonly verdicts: readonly Verdict[];
}

export interface CrlSeal extends Omit<Seal, 'generation'> {
  readonly number: number;
}

/** A certificate of the root that is to be revoked, as people approve it. */
export interface Revocation {
  readonly authority: string;
  /** Of the certificate: hexadecimal digits, without leading zero octets. */
  readonly serial: string;
  /** For people. */
  readonly why: string;
  readonly approvals: number;
  readonly approvers: readonly Approver[];
  readonly requestedAt: string;
  readonly requestedBy: string;
}

/** Files of a CRL in the order in which they come to be. Each is written once and never changed. */
export const crlFiles = {
  reservation: 'reservation.json',
  times: 'times.json',
  toBeSigned: 'crl.tbs.der',
  crl: 'crl.der',
  verification: 'verification.json',
} as const;

export type CrlFile = keyof typeof crlFiles;

export const revocationFile = 'revocation.json';

/** Below the state directory. */
export const crlsFolder = (authority: string): string => `${authorityFolder(authority)}/crls`;
export const crlFolder = (authority: string, number: number): string => `${crlsFolder(authority)}/${number}`;
export const revocationsFolder = (authority: string): string => `${authorityFolder(authority)}/revocations`;
export const revocationFolder = (authority: string, serial: string): string =>
  `${revocationsFolder(authority)}/${serial}`;

/** Names an authority whose newest CRL is meant. */
export interface CrlRef {
  readonly authority: string;
}

/** What a run is to bring about: a CRL of the root that lasts long enough and lists what was revoked. */
export interface CrlRequest extends CrlRef {
  readonly root: RootSpec;
  readonly lifetime: string;
  /** A CRL with fewer days left is replaced. */
  readonly daysLeft: number;
  /** Serial number of a certificate that is to be on it; null for none but what was approved before. */
  readonly revoke: string | null;
  /** False of a scheduled run: an authority without a CRL waits for its first ceremony. */
  readonly mayBeFirst: boolean;
  readonly requestedBy: string;
}

/** @source a month: hands that are on a holiday are back, and verifiers that fetch once a week have the new one */
export const crlDaysLeft = 30;

/** What a run of IssueRootCrl is started with. */
export interface IssueCrlInput {
  readonly name: string;
  readonly daysLeft: number;
  /** The operating-system user who asks, as claimed; absent of a scheduled run. */
  readonly requestedBy?: string;
  readonly scheduled: boolean;
  readonly takeOver: boolean;
}

/** What a run of RevokeCertificate is started with. */
export interface RevokeInput {
  readonly name: string;
  readonly serial: string;
  readonly why: string;
  readonly requestedBy: string;
  readonly takeOver: boolean;
}

/** Subject of a revocation. */
export const revocationSubject = (name: string, serial: string): string => `${name}/${serial}`;

/** One spelling of a serial number: leading zero octets say nothing. */
export const plainSerial = (hex: string): string => hex.toLowerCase().replace(/^(00)+(?=..)/, '');
