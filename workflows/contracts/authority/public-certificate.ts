// SPDX-License-Identifier: Apache-2.0
// The certificate for a box's DNS name that an authority issues: who issues it, and where it lies in the box. Pure.

/** What a box has to know of the authority that its spec names. */
export interface IssuingAuthority {
  readonly name: string;
  /** Of the active intermediate. */
  readonly generation: number;
  /** DNS names of step-ca, the first one in its URLs. */
  readonly names: readonly string[];
  /** Of the authority's box. */
  readonly address: string;
  /** Text of `/etc/hosts` in that box: it has to find the box that it certifies. */
  readonly hosts: string;
  /** PEM. */
  readonly root: string;
}

/** A box that has its certificate from an authority, as the authority has to find it. */
export interface CertifiedBox {
  readonly name: string;
  readonly address: string;
}

export interface PublicCertificateArgs {
  readonly box: string;
  readonly authority: string;
  /** Of the active intermediate, for the command that brings step-ca back. */
  readonly generation: number;
  /** DNS name of step-ca. */
  readonly server: string;
  /** The one name that the certificate is for. */
  readonly name: string;
  /** Of the box: step-ca asks there whether the name is its own. */
  readonly address: string;
  /** Text of `/etc/hosts` in the authority's box. */
  readonly hosts: string;
  /** PEM of the root that a client trusts. */
  readonly root: string;
}

export interface ServedArgs extends Pick<PublicCertificateArgs, 'box' | 'name' | 'address' | 'root'> {
  /** Of the APIs. */
  readonly ports: readonly number[];
}

/** In the box. */
export const publicPaths = {
  /** HAProxy reads every file in it: certificate, chain and key in one. */
  folder: '/etc/ssl/holdfast/public',
  certificate: '/etc/ssl/holdfast/public/certificate.pem',
  /** Certificate and chain without the key. */
  chain: '/etc/ssl/holdfast/public-chain.pem',
  root: '/etc/ssl/holdfast/public-root.pem',
  client: '/var/lib/holdfast-acme',
  configuration: '/etc/dehydrated/holdfast.conf',
} as const;

/** On loopback, where the ACME client serves its challenges while it takes a certificate. */
export const challengePort = 8402;
/** Of http-01. @source RFC 8555 §8.3 */
export const challengePath = '/.well-known/acme-challenge/';
