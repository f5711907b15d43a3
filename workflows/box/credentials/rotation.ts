// SPDX-License-Identifier: Apache-2.0
// The steps that every rotation has for a user, whatever cloud the user is of; what consumers do in between is the caller's. Pure.
import type { StepOptions } from '../../contracts/run/build-table.ts';
import type { CredentialArgs } from '../../contracts/credentials/credential.ts';
import type { Steps } from '../calls.ts';
import { call, effect } from '../../ports/index.ts';

export interface UserRotation {
  readonly args: CredentialArgs;
  /** Steps before the first of the user. */
  readonly after: readonly string[];
  /** From the publication until its use is recorded. */
  readonly use: Steps;
  /** Of the step that may set the user's password, beside what it looks at. */
  readonly owner: Pick<StepOptions, 'apply' | 'gate'>;
  /** The password is changed last. */
  readonly emergency: boolean;
}

function userSteps({ args, after, use, owner, emergency }: UserRotation): Steps {
  const { name } = args.user;
  return {
    [`${name}.intended`]: {
      title: `Next credential of ${name} intended`,
      after,
      ...effect('observeIntent', 'intendCredential', args),
    },
    [`${name}.owner`]: {
      title: `User ${name} lets itself in`,
      settleSeconds: 10,
      observe: call('observeOwner', args),
      ...owner,
    },
    [`${name}.created`]: {
      title: `Credential of ${name} created`,
      ...effect('observeCreated', 'createCredential', args),
    },
    [`${name}.proven`]: {
      title: `Credential of ${name} lets in`,
      ...effect('observeProof', 'remakeCredential', args),
    },
    [`${name}.published`]: {
      title: `Credential of ${name} published`,
      ...effect('observePublished', 'publishCredential', args),
    },
    ...use,
    [`${name}.retired`]: {
      title: `Former credential of ${name} retired`,
      ...effect('observeRetired', 'retireCredential', args),
    },
    [`${name}.swept`]: {
      title: `Stray credentials of ${name} swept`,
      ...effect('observeSwept', 'sweepCredentials', args),
    },
    ...(emergency && {
      [`${name}.password`]: {
        title: `Password of ${name} changed`,
        settleSeconds: 10,
        ...effect('observePasswordChanged', 'changePassword', args),
      },
    }),
  };
}

/** The table of all users with what comes after them at its end. A run of a schedule ends where a user fails, so that the next one begins. */
export function rotationSteps(
  users: readonly UserRotation[],
  last: Steps,
  scheduled: boolean,
): Readonly<Record<string, StepOptions>> {
  const onFailure = scheduled ? 'fail' : 'park';
  const steps = users.flatMap((user) => Object.entries(userSteps(user)));
  const after = users.map(({ args, emergency }) => `${args.user.name}.${emergency ? 'password' : 'swept'}`);
  // The first of the last ones depends on all users, each other one on the one before it.
  const ends = Object.entries(last).map(([id, options], index): [string, StepOptions] => [
    id,
    index === 0 ? { ...options, after } : options,
  ]);
  return Object.fromEntries([...steps, ...ends].map(([id, options]) => [id, { ...options, onFailure }]));
}
