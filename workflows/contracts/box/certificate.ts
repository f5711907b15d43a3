// SPDX-License-Identifier: Apache-2.0
// A certificate as it is wanted: for whom, for what, and where it lies. Holds no key.

export interface CertificateArgs {
  readonly id: string;
  readonly commonName: string;
  readonly addresses: readonly string[];
  readonly names: readonly string[];
  readonly usage: 'server' | 'client';
  readonly certificatePath: string;
  /** The same path as the certificate's for tools that want both in one file. */
  readonly keyPath: string;
  readonly owner: string;
  readonly group: string;
}
