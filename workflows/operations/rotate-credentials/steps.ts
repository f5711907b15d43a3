// SPDX-License-Identifier: Apache-2.0
// RotateServiceCredentials as a table: ten steps a user, each of which finds in the secret store how far a former run came. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { CredentialArgs, ServiceWithUser } from '../../contracts/credentials/credential.ts';
import { credentialFile, credentialFileOf, markerFolder } from '../../box/credentials/files.ts';
import { credentialsOf } from '../../box/credentials/steps.ts';
import { fileCalls, type Steps } from '../../box/calls.ts';
import type { BoxPlan, ServiceUser } from '../../box/plan.ts';
import { call, effect } from '../../ports/index.ts';
import { rotationSteps, type UserRotation } from '../../box/credentials/rotation.ts';

export interface RotationRequest {
  readonly users: readonly ServiceUser[];
  /** False: all of them, whatever their age. */
  readonly onlyDue: boolean;
  /** The one before is deleted at once, and the password changed last. */
  readonly emergency: boolean;
  /** A scheduled run ends when a user fails, so that the next one begins; an asked one waits for a person. */
  readonly scheduled: boolean;
}

/** Least critical first: what fails with one user is learnt before Nova's turn. */
const rotationOrder: readonly ServiceUser[] = ['glance', 'placement', 'cinder', 'neutron', 'nova'];

const serviceOf: Readonly<Record<ServiceUser, ServiceWithUser>> = {
  glance: 'image',
  placement: 'placement',
  cinder: 'volume',
  neutron: 'network',
  nova: 'compute',
};

export function rotateCredentialsSteps(plan: BoxPlan, request: RotationRequest): CompiledStep[] {
  const names = rotationOrder.filter((user) => request.users.includes(user));
  const status = credentialsOf(plan);
  return table(
    rotationSteps(
      names.map((name) => userOf(plan, name, request)),
      {
        status: {
          title: 'Status of the credentials written',
          ...effect('observeCredentialStatus', 'writeCredentialStatus', status),
        },
      },
      request.scheduled,
    ),
  );
}

function userOf(plan: BoxPlan, name: ServiceUser, { onlyDue, emergency }: RotationRequest): UserRotation {
  const { users, tokenSeconds, ...cloud } = credentialsOf(plan);
  const user = users.find((each) => each.name === name);
  if (user === undefined) throw new Error(`Box ${plan.box} has no user ${name}`);
  const args: CredentialArgs = {
    ...cloud,
    user,
    now: !onlyDue,
    tokenSeconds: emergency ? 0 : tokenSeconds,
  };
  return {
    args,
    // The password is the box's own: no person and no other program has it.
    owner: { apply: call('mendOwner', args) },
    after: [],
    use: useSteps(plan, name, args),
    emergency,
    isJoined: false,
  };
}

function useSteps(plan: BoxPlan, name: ServiceUser, args: CredentialArgs): Steps {
  const use = {
    ...args,
    box: plan.box,
    markerFolder: markerFolder(name),
    credentialFile: credentialFile(name),
    service: serviceOf[name],
  };
  return {
    [`${name}.delivered`]: {
      title: `Credential file of ${name}`,
      ...fileCalls(plan.box, [credentialFileOf(plan, name)]),
    },
    [`${name}.used`]: {
      title: `Programs of ${name} use it`,
      // @source every program that called anybody had switched within 13 s; nova-compute asks Placement once a minute
      settleSeconds: 75,
      observe: call('observeUse', use),
    },
    [`${name}.acknowledged`]: {
      title: `Use of it by ${name} recorded`,
      ...effect('observeAcknowledged', 'acknowledgeCredential', args),
    },
  };
}
