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
import { VaultSecretStore } from '../../clients/vault/vault-store.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';

export interface CredentialAccess {
  readonly store: SecretStore;
  /** @throws Failure Unreachable when a box has no password yet, InvalidInput when no clouds.yaml has the entry */
  administrator(): Promise<CloudLogin>;
}

function accessOf(
  { secrets, stateDirectory }: Pick<Clients, 'secrets' | 'stateDirectory'>,
  { administrator, store }: Pick<CredentialCloud, 'administrator' | 'store'>,
): CredentialAccess {
  let login: Promise<CloudLogin> | undefined;
  return {
    store: store?.kind === 'vault' ? new VaultSecretStore(store) : secrets,
    // Read once in the life of an activity: each request to Keystone needs it.
    administrator: () => (login ??= loginOf(secrets, stateDirectory, administrator)),
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

/** Runs work and then ends what its store holds open. */
export async function withAccess<T>(
  clients: Pick<Clients, 'secrets' | 'stateDirectory'>,
  cloud: Pick<CredentialCloud, 'administrator' | 'store'>,
  work: (access: CredentialAccess) => Promise<T>,
): Promise<T> {
  const access = accessOf(clients, cloud);
  try {
    return await work(access);
  } finally {
    await access.store.close();
  }
}
