// SPDX-License-Identifier: Apache-2.0
// Who logs in to the Vault of a cloud by a certificate of an authority: a role and a policy for each host name. Pure.
import { isPermitted, type AuthoritySpec } from '../authority/authority-spec.ts';
import type { VaultSettings } from '../credentials/secret-store.ts';
import type { CloudSpec } from './cloud-spec.ts';
import { consumerRules, rotatorPolicyName, type VaultPolicy } from './vault-policies.ts';

/** A role of the certificate method: whoever has a certificate for this host name, and none that is revoked. */
interface VaultRole {
  readonly name: string;
  /** The one DNS name of the certificate. */
  readonly host: string;
  readonly policy: string;
}

export interface HostLogins {
  /** Where the certificate method is mounted. */
  readonly mount: string;
  readonly policies: readonly VaultPolicy[];
  readonly roles: readonly VaultRole[];
  /** Consumers that the authority may not certify, by the names that were tried: they get no role. */
  readonly refused: readonly string[];
}

export interface HostNames {
  /** Of the machine that rotates; null: it logs in another way. */
  readonly rotator: string | null;
  /** Goes behind names of consumers without a dot; null: they are refused. */
  readonly domain: string | null;
}

export function hostLogins(
  spec: CloudSpec,
  settings: VaultSettings,
  { profile }: Pick<AuthoritySpec, 'profile'>,
  { rotator, domain }: HostNames,
): HostLogins {
  const { login } = settings;
  const hostOf = (name: string): string =>
    (name.includes('.') || domain === null ? name : `${name}.${domain}`).toLowerCase();
  const isNamed = (host: string): boolean => host.includes('.') && isPermitted(host, profile);
  // Two consumers may be on one host.
  const hosts = [...new Set(spec.users.flatMap((user) => user.consumers.map(hostOf)))].sort();
  const policies = hosts.filter(isNamed).map((host): VaultPolicy => {
    const own = spec.users.filter((user) => user.consumers.map(hostOf).includes(host));
    const text = own.flatMap((user) => consumerRules(spec, settings, user)).join('\n');
    return { name: hostPolicyName(spec, host), text };
  });
  const roleOf = (host: string, policy: string, name = policy): VaultRole => ({ name, host, policy });
  const ofRotator = rotator !== null && isNamed(rotator.toLowerCase());
  const ownRole = login.kind === 'certificate' ? login.role : undefined;
  return {
    mount: login.kind === 'certificate' ? login.mount : 'cert',
    policies,
    roles: [
      ...(ofRotator ? [roleOf(rotator.toLowerCase(), rotatorPolicyName(spec), ownRole)] : []),
      ...hosts.filter(isNamed).map((host) => roleOf(host, hostPolicyName(spec, host))),
    ],
    refused: [...(rotator === null || ofRotator ? [] : [rotator]), ...hosts.filter((host) => !isNamed(host))],
  };
}

const hostPolicyName = ({ name }: Pick<CloudSpec, 'name'>, host: string): string =>
  `holdfast-${name}-host-${host}`;

/**
 * How long a token of such a login lasts, seconds: a certificate that was revoked lets nobody in again, and what it opened ends
 * with the token.
 * @source a quarter of an hour; a client logs in again by itself, which takes Vault milliseconds
 */
export const hostTokenSeconds = { ttl: 900, max: 3600 } as const;
