// SPDX-License-Identifier: Apache-2.0
// The records of one ceremony: which files there are, who writes them, what they say. None holds a secret. Pure.
import {
  authorityFolder,
  type Approver,
  type CertificateProfile,
  type IntermediateSpec,
  type RootSpec,
} from './authority-spec.ts';

/** Everything a ceremony is held to from its first step on. Written before any token is asked for. */
export interface Ceremony {
  readonly authority: string;
  readonly generation: number;
  readonly root: RootSpec;
  readonly intermediate: IntermediateSpec;
  readonly profile: CertificateProfile;
  readonly approvals: number;
  readonly approvers: readonly Approver[];
  /** Of the certificate that will be signed: hexadecimal digits. */
  readonly serialNumber: string;
  /** Of the CRL that the root was to sign; only in records of earlier releases. */
  readonly crlNumber?: number;
  readonly reservedAt: string;
  readonly requestedBy: string;
}

/** What a token says of a key that it holds. */
export interface KeyRecord {
  readonly tokenSerial: string;
  readonly id: string;
  readonly label: string;
  /** Public key, DER of a SubjectPublicKeyInfo in base64. */
  readonly publicKey: string;
  /** Made on the token. */
  readonly isLocal: boolean;
  readonly isSensitive: boolean;
  readonly wasAlwaysSensitive: boolean;
  readonly wasNeverExtractable: boolean;
}

/** A statement of the token's maker that the key was made on it; `why` where the token makes none. */
export type Attestation =
  | { readonly made: true; readonly certificates: readonly string[] }
  | { readonly made: false; readonly why: string };

/** That the token of the intermediate holds the certificate beside its key, as it was read back from it. */
export interface ImportRecord {
  readonly tokenSerial: string;
  readonly id: string;
  /** SHA-256 of the certificate's DER, hexadecimal digits. */
  readonly fingerprint: string;
}

/** How one program judged one chain. */
export interface Verdict {
  /** `openssl` or `node`, with its version. */
  readonly verifier: string;
  /** What was verified, for people. */
  readonly subject: string;
  readonly expected: 'accepted' | 'refused';
  readonly actual: 'accepted' | 'refused';
  /** In the verifier's words; why it refused. */
  readonly detail: string;
}

export interface Verification {
  /** SHA-256 over the certificates of root and intermediate and the CRL. */
  readonly chainDigest: string;
  readonly verdicts: readonly Verdict[];
  /** When each ends, ISO 8601: what a calendar of the authority shows. */
  readonly ends: { readonly root: string; readonly certificate: string; readonly crl: string };
}

/** One file of a ceremony in the order of the chain. */
export interface SealedFile {
  readonly file: string;
  readonly sha256: string;
  /** SHA-256 of the link before and this file's digest: changing one file breaks all after it. */
  readonly link: string;
}

export interface Seal {
  readonly authority: string;
  readonly generation: number;
  readonly files: readonly SealedFile[];
  /** The last link. */
  readonly digest: string;
  readonly sealedAt: string;
}

/** Files of a ceremony in the order in which they come to be. Each is written once and never changed. */
export const ceremonyFiles = {
  ceremony: 'ceremony.json',
  key: 'key.json',
  attestation: 'attestation.json',
  request: 'request.der',
  toBeSigned: 'certificate.tbs.der',
  certificate: 'certificate.der',
  crlToBeSigned: 'crl.tbs.der',
  crl: 'crl.der',
  verification: 'verification.json',
  imported: 'imported.json',
} as const;

export type CeremonyFile = keyof typeof ceremonyFiles;

/** Beside them: what people signed, a file for each approval. */
export const approvalsFolder = 'approvals';

/** Beside them: written last, over all of them. */
export const sealFile = 'seal.json';

/** Below the state directory. */
export const ceremonyFolder = (authority: string, generation: number): string =>
  `${authorityFolder(authority)}/ceremonies/${generation}`;

/** Names one ceremony in the arguments of its steps. */
export interface CeremonyRef {
  readonly authority: string;
  readonly generation: number;
}
