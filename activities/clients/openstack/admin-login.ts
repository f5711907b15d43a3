// SPDX-License-Identifier: Apache-2.0
// How this machine logs in to a box's cloud as its administrator. Holds no password longer than its caller.
import type { KeystoneAccess } from '../../../workflows/contracts/box/cloud-access.ts';
import { requireAuthority } from '../secrets/authority.ts';
import { isUnauthorized, type CloudLogin } from './cloud.ts';
import { Failure } from '../failure.ts';
import { storedSecret, type SecretStore } from '../secrets/secret-store.ts';

/** @throws Failure Unreachable when the box has no password or authority yet */
export async function adminLogin(secrets: SecretStore, access: KeystoneAccess): Promise<CloudLogin> {
  const { authUrl, region } = access;
  return {
    authUrl,
    region,
    username: 'admin',
    domain: 'Default',
    interface: 'internal',
    password: await storedSecret(secrets, access.adminPassword),
    project: { name: 'admin', domain: 'Default' },
    authority: (await requireAuthority(secrets, access.box)).certificate,
  };
}

/** No administrator, no look: the step before has to be mended first. */
export function silentWithoutAdmin({ authUrl }: Pick<KeystoneAccess, 'authUrl'>): (error: unknown) => never {
  return (error) => {
    if (!isUnauthorized(error)) throw error;
    throw new Failure('Unreachable', 'The administrator cannot log in', { on: authUrl, cause: error });
  };
}
