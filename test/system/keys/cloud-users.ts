// SPDX-License-Identifier: Apache-2.0
// Users of a Keystone that stands for a cloud elsewhere, each with the role `reader` on the project `service`.
import { join } from 'node:path';
import { EmbeddedSecretStore, randomSecret } from '../../../activities/clients/secrets/secret-store.ts';
import { credentialRef } from '../../../workflows/contracts/credentials/credential.ts';
import { asAdministrator, type Target } from '../../proofs/sabotage/sabotages.ts';

export async function createReader(target: Target, name: string, password: string): Promise<void> {
  await asAdministrator(target, async ({ identity }) => {
    const [project] = await identity.projects.list({ name: 'service' });
    const [role] = await identity.roles.list({ name: 'reader' });
    const { id: userId } = await identity.users.create({ name, domainId: 'default', password });
    await identity.roleAssignments.assign({ userId, projectId: project?.id ?? '', roleId: role?.id ?? '' });
  });
}

/** With passwords that the secret store knows: a rotation sets none. */
export async function createKnownReaders(
  target: Target,
  cloud: string,
  names: readonly string[],
): Promise<void> {
  const store = new EmbeddedSecretStore(join(target.stateDirectory, 'secrets'));
  for (const name of names) {
    const password = randomSecret();
    await createReader(target, name, password);
    await store.put(credentialRef({ kind: 'cloud', name: cloud }, name, 'owner'), password, 0);
  }
}
