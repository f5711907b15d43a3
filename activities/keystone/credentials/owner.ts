// SPDX-License-Identifier: Apache-2.0
// Lets the user itself log in, which alone may create its credentials. A password that works is never touched.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialArgs } from '../../../workflows/contracts/credentials/credential.ts';
import { tokenOrNull } from '../../clients/openstack/cloud.ts';
import { Failure } from '../../clients/failure.ts';
import { randomSecret, storedSecret } from '../../clients/secrets/secret-store.ts';
import type { CredentialAccess } from './access.ts';
import { pause } from '../../step-scope.ts';
import { livePending } from './creation.ts';
import { asAdmin, isOwnerLetIn, ownerLogin, userIdOf } from './keystone.ts';
import { noUse, readRecords, writeRecord } from './records.ts';

/** Asked only while a credential waits to be made. */
export async function ownerDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
): Promise<Difference[]> {
  if ((await livePending(access, args)) === null) return [];
  if (await isOwnerLetIn(access, args)) return [];
  const want = `logs in to project ${args.project} with the stored password`;
  return [{ what: `user ${args.user.name}`, have: await whyShutOut(access, args), want }];
}

/**
 * @throws Failure PreconditionFailed where another password mends nothing: somebody disabled the user, or the password is right
 * and the user has no role on the project
 */
async function whyShutOut(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  const { user, project, domain } = args;
  await requireEnabled(access, args);
  if ((await access.store.get(user.password)) === null) return 'no password of it is stored';
  const login = { ...(await ownerLogin(access, args)), project: null };
  if ((await tokenOrNull(login)) === null) return 'cannot log in';
  throw new Failure('PreconditionFailed', `User ${user.name} has no role on project ${project}`, {
    on: `domain ${domain}`,
    hint: `openstack role add --user ${user.name} --user-domain ${domain} --project ${project} --project-domain ${domain} ${user.roles[0] ?? ''}`,
  });
}

/** A person who disabled a user had a reason: no rotation enables it again. One that is not there is told by the step that needs it. */
async function requireEnabled(access: CredentialAccess, args: CredentialArgs): Promise<void> {
  const { user, domain, subject } = args;
  const isDisabled = await asAdmin(access, async (client) => {
    const userId = await userIdOf(client, args);
    return userId !== null && !(await client.identity.users.get(userId)).enabled;
  });
  if (!isDisabled) return;
  throw new Failure('PreconditionFailed', `User ${user.name} is disabled`, {
    on: `domain ${domain}`,
    hint:
      subject.kind === 'box'
        ? 'holdfast box install FILE enables it'
        : `openstack user set --enable --domain ${domain} ${user.name}`,
  });
}

/** @source Keystone compares whole seconds: of fresh tokens 19 of 20 were dead right after a new password, the last after 1.7 s */
const settleMilliseconds = 5000;

/** Sets the stored password, which ends every token of the user: only when it does not let in. One that is not there is made. */
export async function mendOwner(access: CredentialAccess, args: CredentialArgs): Promise<string> {
  if (await isOwnerLetIn(access, args)) return 'lets in already';
  const { password } = args.user;
  if ((await access.store.get(password)) === null) await access.store.put(password, randomSecret(), 0);
  await setStoredPassword(access, args);
  return 'password set';
}

/** `run` is the nonce of the emergency. */
export async function passwordDifferences(
  access: CredentialAccess,
  args: CredentialArgs,
  run: string,
): Promise<Difference[]> {
  const { use } = await readRecords(access.store, args);
  if (use.value?.passwordRun === run) return [];
  return [{ what: `password of ${args.user.name}`, have: 'older than this run', want: 'changed by it' }];
}

/** The new one is stored before Keystone hears of it; a crash in between is mended by a further one. */
export async function changePassword(
  access: CredentialAccess,
  args: CredentialArgs,
  run: string,
): Promise<undefined> {
  const stored = await access.store.get(args.user.password);
  await access.store.put(args.user.password, randomSecret(), stored?.version ?? 0);
  await setStoredPassword(access, args);
  const { use } = await readRecords(access.store, args);
  await writeRecord(access.store, args, 'use', { ...noUse, ...use.value, passwordRun: run }, use.version);
}

async function setStoredPassword(access: CredentialAccess, args: CredentialArgs): Promise<void> {
  const password = await storedSecret(access.store, args.user.password);
  await asAdmin(access, async (client) => {
    const userId = await userIdOf(client, args);
    if (userId === null)
      throw new Failure('Rejected', `There is no user ${args.user.name}`, {
        on: `domain ${args.domain}`,
        hint:
          args.subject.kind === 'box'
            ? 'holdfast box install FILE makes it'
            : 'Make the user with a role on the project, or take it out of the spec',
      });
    await client.identity.users.setPassword(userId, password);
  });
  const until = performance.now() + settleMilliseconds;
  while (performance.now() < until && !(await isOwnerLetIn(access, args))) await pause(250);
}
