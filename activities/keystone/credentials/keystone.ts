// SPDX-License-Identifier: Apache-2.0
// What a rotation asks of Keystone: its clock, the user's credentials, logins by password and by credential.
import {
  credentialPrefix,
  type CredentialArgs,
  type IssuedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import { silentWithoutAdmin } from '../../clients/openstack/admin-login.ts';
import {
  tokenOrNull,
  withCloud,
  type CloudLogin,
  type OpenStackClient,
} from '../../clients/openstack/cloud.ts';
import { Failure } from '../../clients/failure.ts';
import { storedSecret } from '../../clients/secrets/secret-store.ts';
import type { CredentialAccess } from './access.ts';

/** Runs `work` as the administrator. @throws Failure Unreachable when that one cannot log in */
export async function asAdmin<T>(
  access: CredentialAccess,
  work: (client: OpenStackClient) => Promise<T>,
): Promise<T> {
  const login = await access.administrator();
  return withCloud(login, work).catch(silentWithoutAdmin(login));
}

/** By the URL of a Keystone: how far its clock is ahead of ours, and until when that counts, by our monotonic clock. */
const clocks = new Map<string, { readonly aheadMilliseconds: number; readonly until: number }>();

/** @source a minute: no two clocks part by a second in that time, and a login costs Keystone a hash of a password */
const clockLivesMilliseconds = 60_000;

/** Milliseconds since 1970 by Keystone's clock: it is Keystone that decides what has expired. */
export async function keystoneNow(access: CredentialAccess): Promise<number> {
  const { authUrl } = await access.administrator();
  const known = clocks.get(authUrl);
  if (known !== undefined && performance.now() < known.until) return Date.now() + known.aheadMilliseconds;
  const now = await asAdmin(access, async (client) => Date.parse((await client.issueToken()).issuedAt));
  const until = performance.now() + clockLivesMilliseconds;
  clocks.set(authUrl, { aheadMilliseconds: now - Date.now(), until });
  return now;
}

/** How the user itself logs in, scoped to the project: a credential is made for the project of the token. */
export async function ownerLogin(access: CredentialAccess, args: CredentialArgs): Promise<CloudLogin> {
  const { user, domain, project } = args;
  return {
    ...(await keystoneOf(access)),
    username: user.name,
    domain,
    password: await storedSecret(access.store, user.password),
    project: { name: project, domain },
  };
}

/** False also for a user whose password is not stored. */
export async function isOwnerLetIn(access: CredentialAccess, args: CredentialArgs): Promise<boolean> {
  if ((await access.store.get(args.user.password)) === null) return false;
  return (await tokenOrNull(await ownerLogin(access, args))) !== null;
}

async function credentialLogin(
  access: CredentialAccess,
  { id, secret }: Pick<IssuedCredential, 'id' | 'secret'>,
): Promise<CloudLogin> {
  const keystone = await keystoneOf(access);
  return { ...keystone, project: null, applicationCredential: { id, secret } };
}

/** The administrator's login without what lets it in. */
async function keystoneOf(access: CredentialAccess): Promise<CloudLogin> {
  const { authUrl, region, authority, interface: of } = await access.administrator();
  return { authUrl, region, authority, interface: of, username: '', domain: '', password: '', project: null };
}

/** What a login by the credential shows; null when it does not let in. */
export async function tokenOf(
  access: CredentialAccess,
  credential: Pick<IssuedCredential, 'id' | 'secret'>,
): Promise<{ readonly roles: readonly string[] } | null> {
  const token = await tokenOrNull(await credentialLogin(access, credential));
  if (token === null) return null;
  return { roles: token.roles.map(({ name }) => name).sort() };
}

/** Null when there is no such user. @throws Failure Rejected when there is no such domain */
export async function userIdOf(
  client: OpenStackClient,
  { user, domain: name }: CredentialArgs,
): Promise<string | null> {
  const domainId = await idOf(client, `domain ${name}`, async () => {
    return (await client.identity.domains.find({ name }))?.id ?? null;
  });
  if (domainId === null) throw new Failure('Rejected', `There is no domain ${name}`, { on: 'Keystone' });
  return idOf(client, `user ${name} ${user.name}`, async () => {
    return (await client.identity.users.find({ name: user.name, domainId }))?.id ?? null;
  });
}

/** By the client that asked, which lives for seconds: every look at a user asks for its domain and its id first. */
const idsOfClients = new WeakMap<OpenStackClient, Map<string, string>>();

async function idOf(
  client: OpenStackClient,
  what: string,
  ask: () => Promise<string | null>,
): Promise<string | null> {
  const ids = idsOfClients.get(client) ?? new Map<string, string>();
  idsOfClients.set(client, ids);
  const id = ids.get(what) ?? (await ask());
  if (id !== null) ids.set(what, id);
  return id;
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
