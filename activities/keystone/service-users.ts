// SPDX-License-Identifier: Apache-2.0
// Makes each service's own user exist, log in with its stored password, and have its roles and no others.
// Touches: Keystone's API, secret store (reads)
import type { Difference } from '../../workflows/contracts/observation.ts';
import type { KeystonePort, ServiceUsersArgs } from '../../workflows/ports/keystone.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import {
  isUnauthorized,
  withKeystone,
  type KeystoneLogin,
  type OpenStackClient,
} from '../clients/keystone.ts';
import { applying, observing } from '../row-scope.ts';
import { adminLogin } from './administrator.ts';

type WantedUser = ServiceUsersArgs['users'][number];

const projectName = 'service';
const domainId = 'default';

export function serviceUserActivities(
  clients: Clients,
): Pick<KeystonePort, 'observeServiceUsers' | 'ensureServiceUsers'> {
  return {
    observeServiceUsers: observing(async (args) => {
      const login = await adminLogin(clients, args);
      const each = args.users.map((user) => userDifferences(clients, login, user));
      return (await Promise.all(each)).flat();
    }),
    ensureServiceUsers: applying(async (args) => {
      const login = await adminLogin(clients, args);
      for (const user of args.users) {
        const canLogIn = await rolesOf(await loginOf(clients, login, user));
        const { value } = await storedPassword(clients, user);
        await withKeystone(login, (client) => ensure(client, user, value, canLogIn !== null));
      }
      return undefined;
    }),
  };
}

async function userDifferences(
  clients: Clients,
  login: KeystoneLogin,
  user: WantedUser,
): Promise<Difference[]> {
  const what = `user ${user.name}`;
  const roles = await rolesOf(await loginOf(clients, login, user));
  if (roles === null) return [{ what, have: 'cannot log in', want: 'logs in with the stored password' }];
  const have = roles.join(' ');
  const want = [...user.roles].sort().join(' ');
  return have === want ? [] : [{ what: `roles of ${what}`, have, want }];
}

/** Null when these credentials let nobody in. */
async function rolesOf(login: KeystoneLogin): Promise<string[] | null> {
  return withKeystone(login, async (client) => {
    const { roles } = await client.issueToken();
    return roles.map(({ name }) => name).sort();
  }).catch((error: unknown) => {
    if (isUnauthorized(error)) return null;
    throw error;
  });
}

async function loginOf(clients: Clients, login: KeystoneLogin, user: WantedUser): Promise<KeystoneLogin> {
  const { value } = await storedPassword(clients, user);
  return { ...login, username: user.name, password: value, projectName };
}

async function storedPassword({ secrets }: Clients, { password }: WantedUser): Promise<{ value: string }> {
  const stored = await secrets.get(password);
  if (stored !== null) return stored;
  throw new Failure('Unreachable', `The secret ${password} does not exist yet`, { on: 'secret store' });
}

/** A password that works is left alone: setting it again would end every token of the service. */
async function ensure(
  { identity }: OpenStackClient,
  { name, roles }: WantedUser,
  password: string,
  canLogIn: boolean,
): Promise<void> {
  const project = await identity.projects.ensure({ name: projectName, domainId });
  const user = await identity.users.ensure({ name, domainId, password });
  if (!user.enabled) await identity.users.update(user.id, { enabled: true });
  if (!canLogIn) await identity.users.setPassword(user.id, password);
  const all = await identity.roles.list();
  const wanted = all.filter((role) => roles.includes(role.name)).map(({ id }) => id);
  const place = { userId: user.id, projectId: project.id };
  const present = (await identity.roleAssignments.list(place)).map(({ roleId }) => roleId);
  for (const roleId of wanted)
    if (!present.includes(roleId)) await identity.roleAssignments.assign({ roleId, ...place });
  for (const roleId of present)
    if (!wanted.includes(roleId)) await identity.roleAssignments.unassign({ roleId, ...place });
}
