// SPDX-License-Identifier: Apache-2.0
// A box's own certificate authority, and the certificates it signs for hosts and services.
import type { PublicCertificateArgs, ServedArgs } from '../contracts/authority/public-certificate.ts';
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
  /** The authority's certificate for the name of the box lies in it. One past 2/3 of its life differs, as does one of a revoked intermediate. */
  observePublicCertificate: Observe<PublicCertificateArgs>;
  /** By ACME. The key is made in the box and stays there. */
  takePublicCertificate: Apply<PublicCertificateArgs>;
  /** A client that trusts the root alone is served it at each port. */
  observeServedCertificate: Observe<ServedArgs>;
  /** HAProxy reads its certificates anew; no connection ends. */
  serveCertificate: Apply<ServedArgs>;
}
