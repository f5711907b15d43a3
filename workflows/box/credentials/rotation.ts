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
  /** Half the steps: a run of fifty users stays far below the limits of a history. The store tells how far each came all the same. */
  readonly isJoined: boolean;
}

function userSteps({ args, after, use, owner, emergency, isJoined }: UserRotation): Steps {
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
    ...(isJoined ? joinedIssue(args) : issueByStages(args)),
    ...use,
    ...(isJoined ? joinedRemoval(args) : removalByStages(args)),
    ...(emergency && {
      [`${name}.password`]: {
        title: `Password of ${name} changed`,
        settleSeconds: 10,
        ...effect('observePasswordChanged', 'changePassword', args),
      },
    }),
  };
}

const issueByStages = (args: CredentialArgs): Steps => ({
  [`${args.user.name}.created`]: {
    title: `Credential of ${args.user.name} created`,
    ...effect('observeCreated', 'createCredential', args),
  },
  [`${args.user.name}.proven`]: {
    title: `Credential of ${args.user.name} lets in`,
    ...effect('observeProof', 'remakeCredential', args),
  },
  [`${args.user.name}.published`]: {
    title: `Credential of ${args.user.name} published`,
    ...effect('observePublished', 'publishCredential', args),
  },
});

const joinedIssue = (args: CredentialArgs): Steps => ({
  [`${args.user.name}.published`]: {
    title: `Credential of ${args.user.name} created, proven and published`,
    ...effect('observePublished', 'issueCredential', args),
  },
});

const removalByStages = (args: CredentialArgs): Steps => ({
  [`${args.user.name}.retired`]: {
    title: `Former credential of ${args.user.name} retired`,
    ...effect('observeRetired', 'retireCredential', args),
  },
  [`${args.user.name}.swept`]: {
    title: `Stray credentials of ${args.user.name} swept`,
    ...effect('observeSwept', 'sweepCredentials', args),
  },
});

const joinedRemoval = (args: CredentialArgs): Steps => ({
  [`${args.user.name}.swept`]: {
    title: `Former and stray credentials of ${args.user.name} deleted`,
    ...effect('observeSurplus', 'deleteSurplus', args),
  },
});

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
