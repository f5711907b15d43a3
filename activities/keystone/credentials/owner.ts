// SPDX-License-Identifier: Apache-2.0
// Lets the user itself log in, which alone may create its credentials. A password that works is never touched.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialArgs } from '../../../workflows/contracts/credentials/credential.ts';
import { Failure } from '../../clients/failure.ts';
import { storedSecret, type SecretStore } from '../../clients/secrets/secret-store.ts';
import { pause } from '../../row-scope.ts';
import { livePending } from './creation.ts';
import { asAdmin, isOwnerLetIn, userIdOf } from './keystone.ts';

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
  return 'password set';
}
