// SPDX-License-Identifier: Apache-2.0
// RotateServiceCredentials as a table: ten steps a user, each of which finds in the secret store how far a former run came. Pure.
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { CredentialArgs, ServiceWithUser } from '../../contracts/credentials/credential.ts';
import { credentialFile, credentialFileOf, markerFolder } from '../../box/credentials/files.ts';
import { credentialsOf } from '../../box/credentials/steps.ts';
import { fileCalls, type Steps } from '../../box/calls.ts';
import type { BoxPlan, ServiceUser } from '../../box/plan.ts';
import { call } from '../../ports/index.ts';

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
  const users = rotationOrder.filter((user) => request.users.includes(user));
  const status = credentialsOf(plan);
  const onFailure = request.scheduled ? 'fail' : 'park';
  const steps: [string, StepOptions][] = users.flatMap((user) =>
    Object.entries(userSteps(plan, user, request)),
  );
  return table({
    ...Object.fromEntries(steps.map(([id, options]) => [id, { ...options, onFailure } as const])),
    status: {
      title: 'Status of the credentials written',
      after: users.map((user) => (request.emergency ? `${user}.password` : `${user}.swept`)),
      onFailure,
      observe: call('observeCredentialStatus', status),
      apply: call('writeCredentialStatus', status),
    },
  });
}

function userSteps(plan: BoxPlan, name: ServiceUser, { onlyDue, emergency }: RotationRequest): Steps {
  const { users, tokenSeconds, ...cloud } = credentialsOf(plan);
  const user = users.find((each) => each.name === name);
  if (user === undefined) throw new Error(`Box ${plan.box} has no user ${name}`);
  const args: CredentialArgs = {
    ...cloud,
    user,
    now: !onlyDue,
    tokenSeconds: emergency ? 0 : tokenSeconds,
  };
  const use = {
    ...args,
    markerFolder: markerFolder(name),
    credentialFile: credentialFile(name),
    service: serviceOf[name],
  };
  return {
    [`${name}.intended`]: {
      title: `Next credential of ${name} intended`,
      after: [],
      observe: call('observeIntent', args),
      apply: call('intendCredential', args),
    },
    [`${name}.owner`]: {
      title: `User ${name} lets itself in`,
      settleSeconds: 10,
      observe: call('observeOwner', args),
      apply: call('mendOwner', args),
    },
    [`${name}.created`]: {
      title: `Credential of ${name} created`,
      observe: call('observeCreated', args),
      apply: call('createCredential', args),
    },
    [`${name}.proven`]: {
      title: `Credential of ${name} lets in`,
      observe: call('observeProof', args),
      apply: call('remakeCredential', args),
    },
    [`${name}.published`]: {
      title: `Credential of ${name} published`,
      observe: call('observePublished', args),
      apply: call('publishCredential', args),
    },
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
      observe: call('observeAcknowledged', args),
      apply: call('acknowledgeCredential', args),
    },
    [`${name}.retired`]: {
      title: `Former credential of ${name} retired`,
      observe: call('observeRetired', args),
      apply: call('retireCredential', args),
    },
    [`${name}.swept`]: {
      title: `Stray credentials of ${name} swept`,
      observe: call('observeSwept', args),
      apply: call('sweepCredentials', args),
    },
    ...(emergency && {
      [`${name}.password`]: {
        title: `Password of ${name} changed`,
        settleSeconds: 10,
        observe: call('observePasswordChanged', args),
        apply: call('changePassword', args),
      },
    }),
  };
}
