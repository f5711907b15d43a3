// SPDX-License-Identifier: Apache-2.0
// RotateKeystoneKeys as a table: the keys of tokens, then those of credentials. How far a run came stands in the secret store. Pure.
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { KeyRingName } from '../../contracts/keys/key-ring.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { Steps } from '../../box/calls.ts';
import { keyRingsOf, keysMaxOf, retirementOf } from '../../box/keystone/keys.ts';
import { keySteps } from '../../box/keystone/steps.ts';
import { keystoneAccess, type BoxPlan } from '../../box/plan.ts';
import type { KeyRotationArgs } from '../../ports/cloud/keys.ts';
import { call, effect } from '../../ports/index.ts';

export interface KeyRotation {
  /** False: what an earlier run began is ended, and none is begun. */
  readonly begins: boolean;
  /** The former keys go at once, and every token with them. */
  readonly emergency: boolean;
}

export function rotateKeysSteps(plan: BoxPlan, request: KeyRotation): CompiledStep[] {
  const rings = keyRingsOf(plan).flatMap((ring) => Object.entries(ringSteps(plan, ring, request)));
  const { 'keystone.keys': keys } = keySteps(plan);
  if (keys === undefined) throw new Error(`Box ${plan.box} has no step of its keys`);
  return table({ keys: { ...keys, after: [] }, ...Object.fromEntries(rings) });
}

/** Each depends on the one before: no key is promoted that is not laid, and none goes before another is used. */
function ringSteps(plan: BoxPlan, ring: KeyRingName, { begins, emergency }: KeyRotation): Steps {
  const { box } = plan;
  const retirement = retirementOf(plan, ring, emergency);
  const args = { box, ring, keysMax: keysMaxOf(plan, ring), retirement, begins, emergency };
  const laid = { box, rings: [ring] };
  const lay = effect('observeKeys', 'createKeys', laid);
  return {
    [`${ring}.staged`]: {
      title: `Further ${ring} key in the secret store`,
      // Nothing has changed yet, and what stands in its way may take days.
      onFailure: 'fail',
      ...effect('observeKeyStaged', 'stageKey', args),
    },
    [`${ring}.distributed`]: { title: `Further ${ring} key beside the others`, ...lay },
    [`${ring}.promoted`]: {
      title: `Further ${ring} key is the primary`,
      ...effect('observeKeyPromoted', 'promoteKey', args),
    },
    [`${ring}.switched`]: { title: `Keystone has the primary ${ring} key`, ...lay },
    [`${ring}.used`]: usedStep(plan, ring),
    [`${ring}.retired`]: {
      title: `Former ${ring} keys retired`,
      ...effect('observeKeysRetired', 'retireKeys', args),
    },
    ...(ring === 'credential' && forgottenSteps(args)),
    [`${ring}.removed`]: { title: `Former ${ring} keys gone from Keystone`, ...lay },
  };
}

/** Until then Keystone may read a credential from its memory, encrypted by a former key. */
function forgottenSteps(args: KeyRotationArgs): Steps {
  return {
    'credential.forgotten': {
      title: 'Keystone remembers nothing by former credential keys',
      settleSeconds: args.retirement.liveSeconds + 30,
      observe: call('observeKeysForgotten', args),
    },
    'credential.spent': {
      title: 'Former credential keys in the secret store alone',
      ...effect('observeKeysRetired', 'retireKeys', args),
    },
  };
}

/** That the primary key is used by now: without it no former one goes. */
function usedStep(plan: BoxPlan, ring: KeyRingName): StepOptions {
  const { box } = plan;
  if (ring === 'credential')
    return {
      title: 'Credentials encrypted by the primary key',
      profile: 'command',
      exclusive: ['db:keystone'],
      ...effect('observeCredentialsMigrated', 'migrateCredentials', { box }),
    };
  return {
    title: `Tokens made by the primary ${ring} key`,
    settleSeconds: 30,
    observe: call('observeTokenKey', { ...keystoneAccess(plan), ring }),
  };
}
