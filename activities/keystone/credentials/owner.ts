// SPDX-License-Identifier: Apache-2.0
// Lets the user itself log in, which alone may create its credentials. A password that works is never touched.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialArgs } from '../../../workflows/contracts/credentials/credential.ts';
import { Failure } from '../../clients/failure.ts';
import { randomSecret, storedSecret, type SecretStore } from '../../clients/secrets/secret-store.ts';
import { pause } from '../../step-scope.ts';
import { livePending } from './creation.ts';
import { asAdmin, isOwnerLetIn, userIdOf } from './keystone.ts';
import { readRecords, writeRecord } from './records.ts';

/** Asked only while a credential waits to be made. */
export async function ownerDifferences(secrets: SecretStore, args: CredentialArgs): Promise<Difference[]> {
  if ((await livePending(secrets, args)) === null) return [];
  if (await isOwnerLetIn(secrets, args)) return [];
  const want = `logs in to project ${args.project} with the stored password`;
  return [{ what: `user ${args.user.name}`, have: 'cannot log in', want }];
}

/** @source Keystone compares whole seconds: of fresh tokens 19 of 20 were dead right after a new password, the last after 1.7 s */
const settleMilliseconds = 5000;

/** Sets the stored password, which ends every token of the user: only when it does not let in. */
export async function mendOwner(secrets: SecretStore, args: CredentialArgs): Promise<string> {
  if (await isOwnerLetIn(secrets, args)) return 'lets in already';
  await setStoredPassword(secrets, args);
  return 'password set';
}

/** `run` is the nonce of the emergency. */
export async function passwordDifferences(
  secrets: SecretStore,
  args: CredentialArgs,
  run: string,
): Promise<Difference[]> {
  const { use } = await readRecords(secrets, args);
  if (use.value?.passwordRun === run) return [];
  return [{ what: `password of ${args.user.name}`, have: 'older than this run', want: 'changed by it' }];
}

/** The new one is stored before Keystone hears of it; a crash in between is mended by a further one. */
export async function changePassword(
  secrets: SecretStore,
  args: CredentialArgs,
  run: string,
): Promise<undefined> {
  const stored = await secrets.get(args.user.password);
  await secrets.put(args.user.password, randomSecret(), stored?.version ?? 0);
  await setStoredPassword(secrets, args);
  const { use } = await readRecords(secrets, args);
  const none = { generation: 0, acknowledgedAt: new Date(0).toISOString(), retiredGeneration: 0 };
  await writeRecord(secrets, args, 'use', { ...none, ...use.value, passwordRun: run }, use.version);
}

async function setStoredPassword(secrets: SecretStore, args: CredentialArgs): Promise<void> {
  const password = await storedSecret(secrets, args.user.password);
  await asAdmin(secrets, args, async (client) => {
    const userId = await userIdOf(client, args);
    if (userId === null)
      throw new Failure('Rejected', `There is no user ${args.user.name}`, {
        on: args.authUrl,
        hint: `holdfast box install FILE makes it`,
      });
    await client.identity.users.update(userId, { enabled: true });
    await client.identity.users.setPassword(userId, password);
  });
  const until = performance.now() + settleMilliseconds;
  while (performance.now() < until && !(await isOwnerLetIn(secrets, args))) await pause(250);
}
