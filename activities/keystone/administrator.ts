// SPDX-License-Identifier: Apache-2.0
// Makes the administrator able to log in with the stored password. Bootstraps with a value that lives for seconds.
import type { AdministratorArgs, KeystonePort } from '../../workflows/ports/cloud/keystone.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin } from '../clients/openstack/admin-login.ts';
import { Failure } from '../clients/failure.ts';
import { forgetTokens, isUnauthorized, withCloud } from '../clients/openstack/cloud.ts';
import { randomSecret, type SecretStore } from '../clients/secrets/secret-store.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';

export function administratorActivities(
  clients: Clients,
): Pick<KeystonePort, 'observeAdministrator' | 'bootstrapAdministrator'> {
  const { secrets, inside } = clients;
  return {
    observeAdministrator: observing(async (args, scope) => {
      if (scope.context.epoch > 0) await settleLiveJobs(inside(args.box), scope, scope.key);
      const login = await adminLogin(secrets, args);
      return withCloud(login, async (client) => {
        const { roles } = await client.issueToken();
        const names = roles.map((role) => role.name);
        return names.includes('admin')
          ? []
          : [{ what: 'roles of admin', have: names.join(' '), want: 'admin' }];
      }).catch((error: unknown) => {
        if (!isUnauthorized(error)) throw error;
        return [{ what: 'administrator', have: 'cannot log in', want: 'logs in with the stored password' }];
      });
    }),
    bootstrapAdministrator: applying(async (args, scope) => {
      const login = await adminLogin(secrets, args);
      const once = await onceSecret(secrets, args, scope.attempt);
      await runToSuccess(inside(args.box), scope, bootstrapCommand(args, once));
      await withCloud({ ...login, password: once }, async (client) => {
        const { userId } = await client.issueToken();
        await client.identity.users.setPassword(userId, login.password);
      }).catch(async (error: unknown) => {
        if (!isUnauthorized(error) || scope.attempt > 1) throw error;
        await inside(args.box).output(['systemctl', 'restart', '--no-block', args.unit]);
        throw new Failure(
          'Unreachable',
          'Keystone remembered the administrator of a database that is no more',
          {
            on: args.unit,
            cause: 'It is being restarted',
          },
        );
      });
      await forgetTokens(login);
      return undefined;
    }),
  };
}

/** A first attempt makes a new value; a later one may meet the command that was started with the present one. */
async function onceSecret(
  secrets: SecretStore,
  { oncePassword }: AdministratorArgs,
  attempt: number,
): Promise<string> {
  const stored = await secrets.get(oncePassword);
  if (stored !== null && attempt > 1) return stored.value;
  const value = randomSecret();
  await secrets.put(oncePassword, value, stored?.version ?? 0);
  return value;
}

function bootstrapCommand({ authUrl, publicUrl, region }: AdministratorArgs, once: string) {
  return {
    argv: [
      'keystone-manage',
      'bootstrap',
      '--bootstrap-username',
      'admin',
      '--bootstrap-project-name',
      'admin',
      '--bootstrap-role-name',
      'admin',
      '--bootstrap-service-name',
      'keystone',
      '--bootstrap-region-id',
      region,
      '--bootstrap-admin-url',
      authUrl,
      '--bootstrap-internal-url',
      authUrl,
      '--bootstrap-public-url',
      publicUrl,
    ],
    user: 'keystone',
    secretEnvironment: { OS_BOOTSTRAP_PASSWORD: once },
  };
}
