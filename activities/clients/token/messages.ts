// SPDX-License-Identifier: Apache-2.0
// What a station asks of a token and what comes back: one request and one answer for each process. Types alone.

/** A token by its serial number; two with the same one are refused. */
interface OnToken {
  readonly serial: string;
}

/** The PIN travels through a pipe alone. */
interface Unlocked extends OnToken {
  readonly pin: string;
}

export type TokenAction =
  | { readonly action: 'list' }
  | ({ readonly action: 'certificates' } & OnToken)
  | ({ readonly action: 'keys' } & Unlocked)
  | ({ readonly action: 'generate'; readonly id: string; readonly label: string } & Unlocked)
  | ({ readonly action: 'sign'; readonly id: string; readonly digest: string } & Unlocked)
  | ({
      readonly action: 'import';
      readonly id: string;
      readonly label: string;
      /** DER in base64. */
      readonly certificate: string;
      /** DER of its subject's name in base64, which tokens keep beside it. */
      readonly subject: string;
    } & Unlocked);

export type TokenRequest = TokenAction & {
  /** Path of the PKCS #11 library. */
  readonly module: string;
};

/** Makes a token of a free slot, as SoftHSM has them, for a rehearsal; one of this label that is there is kept. Answered as `list`. */
export interface NewTokenRequest {
  readonly action: 'initialize';
  readonly module: string;
  readonly label: string;
  readonly pin: string;
  /** Of the security officer. */
  readonly officerPin: string;
}

export interface TokenInfo {
  readonly serial: string;
  readonly label: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly firmware: string;
  /** A wrong PIN was sent since the last right one. */
  readonly isPinCountLow: boolean;
  /** The next wrong PIN locks the token. */
  readonly isFinalPinTry: boolean;
  readonly isPinLocked: boolean;
}

export interface TokenCertificate {
  readonly id: string;
  readonly label: string;
  /** DER in base64. */
  readonly certificate: string;
}

/** A private key with its public one. */
export interface TokenKey {
  readonly id: string;
  readonly label: string;
  /** DER of a SubjectPublicKeyInfo in base64; null when the token keeps no public key of this id, or it is not on P-384. */
  readonly publicKey: string | null;
  readonly isLocal: boolean;
  readonly isSensitive: boolean;
  readonly wasAlwaysSensitive: boolean;
  readonly isExtractable: boolean;
  readonly wasNeverExtractable: boolean;
}

export interface TokenAnswers {
  readonly list: readonly TokenInfo[];
  readonly certificates: readonly TokenCertificate[];
  readonly keys: readonly TokenKey[];
  readonly generate: TokenKey;
  /** Base64 of r and s, 48 octets each. */
  readonly sign: string;
  readonly import: null;
}

/** Why a token did not do what it was asked for. */
export interface TokenRefusal {
  /** `CKR_PIN_INCORRECT` and the like, or one of ours. */
  readonly code: string;
  readonly message: string;
}

export type TokenAnswer<A extends TokenAction['action']> =
  | { readonly ok: true; readonly value: TokenAnswers[A] }
  | { readonly ok: false; readonly refusal: TokenRefusal };
