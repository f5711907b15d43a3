// SPDX-License-Identifier: Apache-2.0
// Makes users exist, log in with their stored passwords, and have their roles and no others. Removes no user.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { KeystonePort, UsersArgs } from '../../workflows/ports/cloud/keystone.ts';
import {
  forgetTokens,
  tokenOrNull,
  withCloud,
  type CloudLogin,
  type OpenStackClient,
} from '../clients/openstack/cloud.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { storedSecret } from '../clients/secrets/secret-store.ts';
import { applying, observing } from '../step-scope.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';

type WantedUser = UsersArgs['users'][number];

export function userActivities(clients: Clients): Pick<KeystonePort, 'observeUsers' | 'ensureUsers'> {
  return {
    observeUsers: observing(async (args) => {
      const admin = await adminLogin(clients.secrets, args);
      const logins = await Promise.all(args.users.map((user) => loginDifferences(clients, admin, user)));
      const roles = await withCloud(admin, async (client) =>
        Promise.all(args.users.map((user) => roleDifferences(client, user))),
      ).catch(silentWithoutAdmin(args));
      return [...logins.flat(), ...roles.flat()];
    }),
    ensureUsers: applying(async (args) => {
      const admin = await adminLogin(clients.secrets, args);
      for (const user of args.users) {
        const password = await storedSecret(clients.secrets, user.password);
        const canLogIn = await letsIn(admin, user, password);
        await withCloud(admin, (client) => ensure(client, user, password, canLogIn));
      }
      await forgetTokens(admin);
      return undefined;
    }),
  };
}

async function loginDifferences(
  { secrets }: Clients,
  admin: CloudLogin,
  user: WantedUser,
): Promise<Difference[]> {
  const isIn = await letsIn(admin, user, await storedSecret(secrets, user.password));
  const what = `user ${user.name}`;
  return isIn ? [] : [{ what, have: 'cannot log in', want: 'logs in with the stored password' }];
}

async function letsIn(admin: CloudLogin, { name, domain }: WantedUser, password: string): Promise<boolean> {
  const login = { ...admin, username: name, domain, password, project: null };
  return (await tokenOrNull(login)) !== null;
}

async function roleDifferences(client: OpenStackClient, user: WantedUser): Promise<Difference[]> {
  const found = await placeOf(client, user).catch(() => null);
  const what = `roles of user ${user.name}`;
  const want = [...user.roles].sort().join(' ');
  if (found?.userId === undefined) return [{ what, have: 'none', want }];
  const have = found.assigned
    .map(({ name }) => name)
    .sort()
    .join(' ');
  return have === want ? [] : [{ what, have: have || 'none', want }];
}

/** Where the user's roles are, which are there, and which roles exist. @throws Failure Rejected without the project */
async function placeOf({ identity }: OpenStackClient, { name, domain, project }: WantedUser) {
  const owner = await identity.domains.find({ name: domain });
  if (owner === undefined) throw new Failure('Rejected', `There is no domain ${domain}`, { on: 'Keystone' });
  const domainId = owner.id;
  const wanted = project === null ? null : await identity.projects.find({ name: project, domainId });
  if (wanted === undefined)
    throw new Failure('Rejected', `There is no project ${project ?? ''}`, { on: 'Keystone' });
  const on = wanted === null ? { domainId } : { projectId: wanted.id };
  const userId = (await identity.users.find({ name, domainId }))?.id;
  const roles = await identity.roles.list();
  const present = userId === undefined ? [] : await identity.roleAssignments.list({ userId, ...on });
  return {
    domainId,
    on,
    userId,
    roles,
    assigned: roles.filter(({ id }) => present.some(({ roleId }) => roleId === id)),
  };
}

/** A password that works, or that the user was just made with, is left alone: to set it ends every token of the user. */
async function ensure(
  client: OpenStackClient,
  user: WantedUser,
  password: string,
  canLogIn: boolean,
): Promise<void> {
  const { identity } = client;
  const { domainId, on, userId: present, roles, assigned } = await placeOf(client, user);
  const { id: userId, enabled } = await identity.users.ensure({ name: user.name, domainId, password });
  if (!enabled) await identity.users.update(userId, { enabled: true });
  if (present !== undefined && !canLogIn) await identity.users.setPassword(userId, password);
  const wanted = roles.filter(({ name }) => user.roles.includes(name));
  for (const { id: roleId } of wanted.filter((role) => !assigned.includes(role)))
    await identity.roleAssignments.assign({ roleId, userId, ...on });
  for (const { id: roleId } of assigned.filter((role) => !wanted.includes(role)))
    await identity.roleAssignments.unassign({ roleId, userId, ...on });
}
