// SPDX-License-Identifier: Apache-2.0
// Service users log in by application credentials: the plugin, the credentials, their files. Replacing them is RotateServiceCredentials'.
import { everySeconds, credentialLifetime } from '../../contracts/box/schedules.ts';
import type { CredentialsArgs } from '../../ports/cloud/credentials.ts';
import { effect } from '../../ports/index.ts';
import { fileCalls, type Steps } from '../calls.ts';
import { keystoneAccess, type BoxPlan } from '../plan.ts';
import { credentialFileOf } from './files.ts';

/** @source Keystone's default of `[token] expiration`, 3600 s */
const tokenSecondsDefault = 3600;

export function loginPluginSteps({ box }: BoxPlan): Steps {
  return {
    'login-plugin': {
      title: 'Login plugin of the services',
      after: ['boot'],
      ...effect('observeLoginPlugin', 'installLoginPlugin', { box }),
    },
  };
}

export function credentialSteps(plan: BoxPlan): Steps {
  const credentials = credentialsOf(plan);
  return {
    credentials: {
      title: 'Application credentials of the services',
      after: ['keystone.users'],
      settleSeconds: 10,
      ...effect('observeCredentials', 'issueCredentials', credentials),
    },
    'credentials.files': {
      title: 'Credential files of the services',
      after: ['credentials', 'login-plugin'],
      ...fileCalls(
        plan.box,
        plan.serviceUsers.map((user) => credentialFileOf(plan, user)),
      ),
    },
  };
}

/** How long a token lives, seconds. */
export function tokenSecondsOf({ spec }: Pick<BoxPlan, 'spec'>): number {
  const { expiration } = spec.overrides.keystone?.['token'] ?? {};
  return expiration === undefined ? tokenSecondsDefault : Number(expiration);
}

export function credentialsOf(plan: BoxPlan): CredentialsArgs {
  const { spec, profile } = plan;
  const lifetime = spec.credentials?.lifetime ?? credentialLifetime.default;
  return {
    subject: { kind: 'box', name: plan.box },
    administrator: { kind: 'box', access: keystoneAccess(plan) },
    domain: 'Default',
    project: 'service',
    users: plan.serviceUsers.map((name) => ({
      name,
      roles: profile.serviceUserRoles[name],
      password: plan.servicePassword(name),
    })),
    lifetimeSeconds: everySeconds(lifetime) ?? 0,
    tokenSeconds: tokenSecondsOf(plan),
  };
}
