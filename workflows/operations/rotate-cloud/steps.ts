// SPDX-License-Identifier: Apache-2.0
// RotateCloudCredentials as a table: the steps of a rotation, with consumers that speak for themselves. Pure.
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import { everySeconds } from '../../contracts/box/schedules.ts';
import type { CloudSpec, CloudUser } from '../../contracts/cloud/cloud-spec.ts';
import { vaultPolicies } from '../../contracts/cloud/vault-policies.ts';
import { credentialCloudOf } from '../../contracts/cloud/credential-cloud.ts';
import { credentialRef, type CredentialArgs } from '../../contracts/credentials/credential.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { Steps } from '../../box/calls.ts';
import { call, effect } from '../../ports/index.ts';
import { rotationSteps, type UserRotation } from '../../box/credentials/rotation.ts';

export interface CloudRotation {
  /** In their order. */
  readonly users: readonly CloudUser[];
  readonly onlyDue: boolean;
  readonly emergency: boolean;
  readonly scheduled: boolean;
}

export function rotateCloudSteps(spec: CloudSpec, request: CloudRotation): CompiledStep[] {
  const status = {
    ...credentialCloudOf(spec),
    users: spec.users.map((user) => credentialUserOf(spec, user)),
    lifetimeSeconds: everySeconds(spec.lifetime) ?? 0,
    tokenSeconds: everySeconds(spec.tokenLifetime) ?? 0,
  };
  const users = request.users.map((user) => userOf(spec, user, request));
  const last: Steps = {
    former: {
      title: 'No credentials of users that left the spec',
      ...effect('observeFormerUsers', 'sweepFormerUsers', status),
    },
    // After them: it forgets who left.
    status: {
      title: 'Status of the credentials written',
      ...effect('observeCredentialStatus', 'writeCredentialStatus', status),
    },
  };
  // A scheduled run ends, as it does at the steps of users, and the next one looks again.
  const onFailure = request.scheduled ? 'fail' : 'park';
  return table({
    ...policySteps(spec, onFailure),
    store: {
      title: 'Secret store reachable',
      onFailure,
      observe: call('observeCredentialStore', status),
    },
    ...rotationSteps(users, last, request.scheduled),
  });
}

/** Before the store is asked: by these policies its login may read it. */
function policySteps(spec: CloudSpec, onFailure: 'fail' | 'park'): Steps {
  const { store } = spec;
  if (store.kind !== 'vault' || store.policyLogin === undefined) return {};
  const args = { store: { ...store, login: store.policyLogin }, policies: vaultPolicies(spec, store) };
  return {
    policies: {
      title: 'Policies of the cloud in Vault',
      onFailure,
      ...effect('observeVaultPolicies', 'applyVaultPolicies', args),
    },
  };
}

const credentialUserOf = ({ name: cloud }: CloudSpec, { name, roles, consumers }: CloudUser) => ({
  name,
  roles,
  consumers,
  password: credentialRef({ kind: 'cloud', name: cloud }, name, 'owner'),
});

function userOf(spec: CloudSpec, user: CloudUser, request: CloudRotation): UserRotation {
  const { onlyDue, emergency, scheduled } = request;
  const args: CredentialArgs = {
    ...credentialCloudOf(spec),
    user: credentialUserOf(spec, user),
    lifetimeSeconds: everySeconds(spec.lifetime) ?? 0,
    tokenSeconds: emergency ? 0 : (everySeconds(spec.tokenLifetime) ?? 0),
    now: !onlyDue,
  };
  return {
    args,
    owner: ownerOf(args, scheduled, emergency),
    after: ['store'],
    use: useSteps(spec, args, emergency),
    emergency,
    isJoined: true,
  };
}

/** Others may log in by this password: without a person nothing sets it. */
function ownerOf(
  args: CredentialArgs,
  scheduled: boolean,
  emergency: boolean,
): Pick<StepOptions, 'apply' | 'gate'> {
  const apply = call('mendOwner', args);
  // An emergency changes it anyway, and its name was typed.
  if (emergency) return { apply };
  if (scheduled) return {};
  const gate = `sets the password of ${args.user.name}: every token of it ends, and who logs in by its password is locked out`;
  return { apply, gate };
}

function useSteps({ folder, store }: CloudSpec, args: CredentialArgs, emergency: boolean): Steps {
  const { name, consumers = [] } = args.user;
  const file = { ...args, folder: folder ?? '' };
  return {
    ...(folder !== undefined && {
      [`${name}.delivered`]: {
        title: `Credential of ${name} laid into ${folder}`,
        ...effect('observeCredentialFolder', 'writeCredentialFolder', file),
      },
    }),
    ...(store.kind === 'vault' &&
      store.template !== undefined && {
        [`${name}.template`]: {
          title: `Credential of ${name} written for templates of consumers`,
          ...effect('observeCredentialTemplate', 'writeCredentialTemplate', args),
        },
      }),
    // A user without consumers has no acknowledgements: its former credential is left to lapse.
    ...((emergency || consumers.length > 0) && {
      [`${name}.acknowledged`]: {
        title: `Use of it by the consumers of ${name} recorded`,
        ...effect(emergency ? 'observeAcknowledged' : 'observeConsumers', 'acknowledgeCredential', args),
      },
    }),
  };
}
