// SPDX-License-Identifier: Apache-2.0
// What a rotation asks of Keystone: its clock, the user's credentials, logins by password and by credential.
import {
  credentialPrefix,
  type CredentialArgs,
  type IssuedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { adminLogin, silentWithoutAdmin } from '../../clients/openstack/admin-login.ts';
import {
  tokenOrNull,
  withCloud,
  type CloudLogin,
  type OpenStackClient,
} from '../../clients/openstack/cloud.ts';
import { Failure } from '../../clients/failure.ts';
import { storedSecret, type SecretStore } from '../../clients/secrets/secret-store.ts';

/** Runs `work` as the administrator. @throws Failure Unreachable when that one cannot log in */
export async function asAdmin<T>(
  secrets: SecretStore,
  args: CredentialArgs,
  work: (client: OpenStackClient) => Promise<T>,
): Promise<T> {
  return withCloud(await adminLogin(secrets, args), work).catch(silentWithoutAdmin(args));
}

/** Milliseconds since 1970 by Keystone's clock: it is Keystone that decides what has expired. */
export async function keystoneNow(secrets: SecretStore, args: CredentialArgs): Promise<number> {
  return asAdmin(secrets, args, async (client) => Date.parse((await client.issueToken()).issuedAt));
}

/** How the user itself logs in, scoped to the project: a credential is made for the project of the token. */
export async function ownerLogin(secrets: SecretStore, args: CredentialArgs): Promise<CloudLogin> {
  return {
    ...(await adminLogin(secrets, args)),
    username: args.user.name,
    password: await storedSecret(secrets, args.user.password),
    project: { name: args.project, domain: 'Default' },
  };
}

export async function isOwnerLetIn(secrets: SecretStore, args: CredentialArgs): Promise<boolean> {
  return (await tokenOrNull(await ownerLogin(secrets, args))) !== null;
}

async function credentialLogin(
  secrets: SecretStore,
  args: CredentialArgs,
  { id, secret }: Pick<IssuedCredential, 'id' | 'secret'>,
): Promise<CloudLogin> {
  return { ...(await adminLogin(secrets, args)), project: null, applicationCredential: { id, secret } };
}

/** What a login by the credential shows; null when it does not let in. */
export async function tokenOf(
  secrets: SecretStore,
  args: CredentialArgs,
  credential: Pick<IssuedCredential, 'id' | 'secret'>,
): Promise<{ readonly roles: readonly string[] } | null> {
  const token = await tokenOrNull(await credentialLogin(secrets, args, credential));
  if (token === null) return null;
  return { roles: token.roles.map(({ name }) => name).sort() };
}

/** Null when there is no such user. */
export async function userIdOf(client: OpenStackClient, { user }: CredentialArgs): Promise<string | null> {
  const domain = await client.identity.domains.find({ name: 'Default' });
  if (domain === undefined) throw new Failure('Rejected', 'There is no domain Default', { on: 'Keystone' });
  return (await client.identity.users.find({ name: user.name, domainId: domain.id }))?.id ?? null;
}

/** Those that bear our prefix. */
export async function ownCredentials(
  client: OpenStackClient,
  args: CredentialArgs,
): Promise<{ readonly id: string; readonly name: string }[]> {
  const userId = await userIdOf(client, args);
  if (userId === null) return [];
  const all = await client.identity.applicationCredentials.list(userId);
  return all.filter(({ name }) => name.startsWith(credentialPrefix(args.user.name)));
}
