// SPDX-License-Identifier: Apache-2.0
// Where the records of a cloud's credentials lie, and how its Keystone is asked as administrator. Decides nothing.
import type {
  CredentialAdministrator,
  CredentialCloud,
} from '../../../workflows/contracts/credentials/credential.ts';
import type { Clients } from '../../clients/index.ts';
import { adminLogin } from '../../clients/openstack/admin-login.ts';
import type { CloudLogin } from '../../clients/openstack/cloud.ts';
import { findCloud } from '../../clients/openstack/clouds-files.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';

export interface CredentialAccess {
  readonly store: SecretStore;
  /** @throws Failure Unreachable when a box has no password yet, InvalidInput when no clouds.yaml has the entry */
  administrator(): Promise<CloudLogin>;
}

export function accessOf(
  { secrets, stateDirectory }: Pick<Clients, 'secrets' | 'stateDirectory'>,
  { administrator }: Pick<CredentialCloud, 'administrator'>,
): CredentialAccess {
  return {
    store: secrets,
    administrator: () => loginOf(secrets, stateDirectory, administrator),
  };
}

async function loginOf(
  secrets: SecretStore,
  stateDirectory: string,
  administrator: CredentialAdministrator,
): Promise<CloudLogin> {
  if (administrator.kind === 'box') return adminLogin(secrets, administrator.access);
  return findCloud(stateDirectory, administrator.entry, administrator.cloudsFile);
}
