// SPDX-License-Identifier: Apache-2.0
// Turns a spec and a release profile into names, addresses and file contents. Pure; orders nothing.
import type { BoxSpec } from '../contracts/box-spec.ts';
import { parseCidr } from '../contracts/cidr.ts';
import { secretRef, type SecretRef } from '../contracts/brands.ts';
import type { ReleaseProfile } from '../contracts/release-profile.ts';
import type { CertificateArgs } from '../ports/pki.ts';

export interface InstallFacts {
  readonly profile: ReleaseProfile;
  /** Of this machine or the spec: where the image's packages come from. */
  readonly sources: {
    readonly text: string;
    readonly releases: readonly string[];
    readonly aptOptions: readonly string[];
  };
  /** SHA-256 of a text, 16 hex digits. */
  digest(text: string): string;
}

export interface BoxPlan {
  readonly box: string;
  readonly recipe: string;
  readonly link: string;
  readonly prefix: number;
  readonly authUrl: string;
  readonly adminPassword: SecretRef;
  readonly oncePassword: SecretRef;
  readonly authorityPath: string;
  readonly paths: {
    readonly postgres: { readonly certificate: string; readonly key: string };
    readonly keystone: { readonly certificate: string; readonly key: string };
    readonly haproxy: string;
  };
}

/** The outer link of a box; interface names have at most 15 characters. */
export const linkName = (digest: string): string => `hf-${digest.slice(0, 10)}`;

export function planBox(spec: BoxSpec, { profile, sources, digest }: InstallFacts): BoxPlan {
  const recipe = JSON.stringify([
    profile.suite,
    profile.packages,
    profile.unitsShippedDisabled,
    sources.text,
  ]);
  const { address, cidr } = spec.networks.management;
  return {
    box: spec.name,
    recipe: digest(recipe),
    link: linkName(digest(spec.name)),
    prefix: parseCidr(cidr)?.prefix ?? 24,
    authUrl: `https://${address}:${profile.keystone.publicPort}/v3`,
    adminPassword: secretRef(`boxes/${spec.name}/admin-password`),
    oncePassword: secretRef(`boxes/${spec.name}/bootstrap-once`),
    authorityPath: '/etc/ssl/holdfast/ca.pem',
    paths: {
      postgres: { certificate: '/etc/ssl/holdfast/postgres.pem', key: '/etc/ssl/holdfast/postgres.key' },
      keystone: { certificate: '/etc/ssl/holdfast/keystone.pem', key: '/etc/ssl/holdfast/keystone.key' },
      haproxy: '/etc/ssl/holdfast/api.pem',
    },
  };
}

export function certificatesOf(spec: BoxSpec, { paths }: BoxPlan): CertificateArgs[] {
  const { address } = spec.networks.management;
  const pair = ({ certificate, key }: { certificate: string; key: string }) => ({
    certificatePath: certificate,
    keyPath: key,
  });
  return [
    {
      id: 'postgres',
      commonName: 'postgres',
      addresses: ['127.0.0.1', address],
      names: ['localhost'],
      usage: 'server',
      ...pair(paths.postgres),
      owner: 'postgres',
      group: 'postgres',
    },
    {
      id: 'keystone-database',
      // The database role of the same name: `cert` authentication compares the two.
      commonName: 'keystone',
      addresses: [],
      names: [],
      usage: 'client',
      ...pair(paths.keystone),
      owner: 'keystone',
      group: 'keystone',
    },
    {
      id: 'api',
      commonName: spec.name,
      addresses: [address],
      names: [spec.name],
      usage: 'server',
      certificatePath: paths.haproxy,
      keyPath: paths.haproxy,
      owner: 'root',
      group: 'root',
    },
  ];
}
