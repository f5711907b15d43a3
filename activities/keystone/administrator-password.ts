// SPDX-License-Identifier: Apache-2.0
// Gives the administrator another password: stored, then set, then in use by us. Found half done, it is gone on with.
import type { PasswordRotationArgs, PasswordsPort } from '../../workflows/ports/cloud/passwords.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin } from '../clients/openstack/admin-login.ts';
import { forgetTokens, tokenOrNull, withCloud, type CloudLogin } from '../clients/openstack/cloud.ts';
import { randomSecret, type SecretStore } from '../clients/secrets/secret-store.ts';
import { applying, observing, pause } from '../step-scope.ts';
import { readRotation, writeRotation } from './password-record.ts';

export function administratorPasswordActivities({ secrets }: Clients): PasswordsPort {
  return {
    observePasswordIntended: observing(async (args, { context }) => {
      const { secret, endedBy } = (await readRotation(secrets, args.rotation)).rotation;
      if (secret !== null || endedBy === context.nonce) return [];
      return [
        { what: 'password of admin', have: 'the present one', want: 'another one, which is stored first' },
      ];
    }),
    intendPassword: applying(async (args) => {
      const { rotation, version } = await readRotation(secrets, args.rotation);
      if (rotation.secret !== null) return 'goes on with the one that is stored';
      await writeRotation(secrets, args.rotation, { ...rotation, secret: randomSecret() }, version);
      return undefined;
    }),
    observePasswordSet: observing(async (args) => {
      const next = await nextLogin(secrets, args);
      if (next === null || (await letsIn(next))) return [];
      return [
        { what: 'password of admin', have: 'not the one that is stored', want: 'the one that is stored' },
      ];
    }),
    setPassword: applying(async (args) => {
      const next = await nextLogin(secrets, args);
      if (next === null || (await letsIn(next))) return 'set already';
      await set(await presentLogin(secrets, args), next);
      return undefined;
    }),
    observePasswordStored: observing(async (args) => {
      const next = await nextLogin(secrets, args);
      if (next === null || next.password === (await adminLogin(secrets, args)).password) return [];
      return [
        { what: 'stored password of admin', have: 'the former one', want: 'the one that Keystone takes' },
      ];
    }),
    storePassword: applying(async (args) => {
      const next = await nextLogin(secrets, args);
      if (next === null) return 'nothing to store';
      const stored = await secrets.get(args.adminPassword);
      if (stored?.value !== next.password)
        await secrets.put(args.adminPassword, next.password, stored?.version ?? 0);
      await forgetTokens(next);
      return undefined;
    }),
    observePasswordEnded: observing(async (args) => {
      const { secret } = (await readRotation(secrets, args.rotation)).rotation;
      if (secret === null) return [];
      return [{ what: 'rotation of the password of admin', have: 'goes on', want: 'recorded as over' }];
    }),
    endPassword: applying(async (args, { context }) => {
      const { version } = await readRotation(secrets, args.rotation);
      await writeRotation(secrets, args.rotation, { secret: null, endedBy: context.nonce }, version);
      return undefined;
    }),
  };
}

/** The login by the next password; null while there is none. */
async function nextLogin(secrets: SecretStore, args: PasswordRotationArgs): Promise<CloudLogin | null> {
  const { secret } = (await readRotation(secrets, args.rotation)).rotation;
  return secret === null ? null : { ...(await adminLogin(secrets, args)), password: secret };
}

/** @throws Failure PreconditionFailed when neither the present password nor the next one lets in */
async function presentLogin(secrets: SecretStore, args: PasswordRotationArgs): Promise<CloudLogin> {
  const present = await adminLogin(secrets, args);
  if (await letsIn(present)) return present;
  throw new Failure('PreconditionFailed', 'Neither the stored password of admin nor the next one lets in', {
    on: args.authUrl,
    hint: 'Let the stored one in again: holdfast box install FILE',
  });
}

const letsIn = async (login: CloudLogin): Promise<boolean> => (await tokenOrNull(login)) !== null;

/** @source Keystone compares whole seconds: tokens of the second of the change are dead, the last after 1.7 s */
const settleMilliseconds = 5000;

async function set(present: CloudLogin, next: CloudLogin): Promise<void> {
  await withCloud(present, async (client) => {
    const { userId } = await client.issueToken();
    await client.identity.users.setPassword(userId, next.password);
  });
  await forgetTokens(present);
  const until = performance.now() + settleMilliseconds;
  while (performance.now() < until && !(await letsIn(next))) await pause(250);
}
