// SPDX-License-Identifier: Apache-2.0
// A box's own certificate authority, and the certificates it signs for hosts and services.
import type { CertificateArgs } from '../contracts/box/certificate.ts';
import type { Apply, Observe } from './run/activities.ts';

interface AuthorityArgs {
  readonly box: string;
  readonly commonName: string;
  readonly lifetimeDays: number;
}

export type { CertificateArgs };

export interface CertificatesArgs {
  readonly box: string;
  readonly authorityPath: string;
  readonly lifetimeDays: number;
  readonly certificates: readonly CertificateArgs[];
}

export interface PkiPort {
  observeAuthority: Observe<AuthorityArgs>;
  createAuthority: Apply<AuthorityArgs>;
  /** One past 2/3 of its life differs. */
  observeCertificates: Observe<CertificatesArgs>;
  issueCertificates: Apply<CertificatesArgs>;
}
