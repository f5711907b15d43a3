// SPDX-License-Identifier: Apache-2.0
// Deletes our credentials of users that the spec of a cloud no longer lists. Known from the status of the last run.
import { credentialRef, type CredentialArgs } from '../../../workflows/contracts/credentials/credential.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialsArgs } from '../../../workflows/ports/cloud/credentials.ts';
import type { CredentialAccess } from './access.ts';
import { asAdmin, ownCredentials, userIdOf } from './keystone.ts';
import { recordedUsers } from './status-file.ts';
import { statusPath, type StatusClients } from './status.ts';

export async function formerDifferences(
  clients: StatusClients,
  access: CredentialAccess,
  args: CredentialsArgs,
): Promise<Difference[]> {
  const left = await leftOver(clients, access, args);
  return left.map(({ user, name }) => ({
    what: `credential ${name}`,
    have: `of ${user}, which the spec does not list`,
    want: 'deleted',
  }));
}

/** @idempotent one that is gone already counts as deleted */
export async function sweepFormer(
  clients: StatusClients,
  access: CredentialAccess,
  args: CredentialsArgs,
): Promise<string> {
  const left = await leftOver(clients, access, args);
  await asAdmin(access, async (client) => {
    for (const { userId, id } of left) await client.identity.applicationCredentials.delete(userId, id);
  });
  return `${left.length} deleted`;
}

interface LeftOver {
  readonly user: string;
  readonly userId: string;
  readonly id: string;
  readonly name: string;
}

async function leftOver(
  clients: StatusClients,
  access: CredentialAccess,
  args: CredentialsArgs,
): Promise<LeftOver[]> {
  const users = await formerUsers(clients, args);
  if (users.length === 0) return [];
  return asAdmin(access, async (client) => {
    const found: LeftOver[] = [];
    for (const user of users) {
      const of = argsOf(args, user);
      const userId = await userIdOf(client, of);
      if (userId === null) continue;
      const own = await ownCredentials(client, of);
      found.push(...own.map(({ id, name }) => ({ user, userId, id, name })));
    }
    return found;
  });
}

async function formerUsers(clients: StatusClients, args: CredentialsArgs): Promise<string[]> {
  const users = await recordedUsers(statusPath(clients, args));
  return users.filter((user) => !args.users.some(({ name }) => name === user));
}

const argsOf = ({ users: _, ...cloud }: CredentialsArgs, name: string): CredentialArgs => ({
  ...cloud,
  user: { name, roles: [], password: credentialRef(cloud.subject, name, 'owner') },
  now: false,
});
