// SPDX-License-Identifier: Apache-2.0
// Which keys the Keystone of a box has, and how long a former one is needed. Pure.
import { tokenFormatOf } from '../../contracts/box/box-spec.ts';
import type { KeyRingName, Retirement } from '../../contracts/keys/key-ring.ts';
import type { BoxPlan } from '../plan.ts';
import { tokenSecondsOf } from '../credentials/steps.ts';

/** Those of tokens, and those of credentials. */
export const keyRingsOf = ({ spec }: Pick<BoxPlan, 'spec'>): KeyRingName[] => [
  tokenFormatOf(spec),
  'credential',
];

/** @source Keystone's default of `[fernet_tokens] max_active_keys`, and its constant for credentials. For JWS it has none: each further key is one more check of a token */
const keysMaxDefault = 3;

export function keysMaxOf({ spec }: BoxPlan, ring: KeyRingName): number {
  const { max_active_keys: own } = spec.overrides.keystone?.['fernet_tokens'] ?? {};
  return ring === 'fernet' && own !== undefined ? Number(own) : keysMaxDefault;
}

/** @source Keystone's default of `[token] allow_expired_window`, 172,800 s: so long a service may still use the token of a user that has expired */
const expiredWindowSecondsDefault = 172_800;

/** A minute: longer than a look at a whole cloud; what was changed behind Keystone's back is seen after that. */
export const rememberedSecondsDefault = 60;

/** How long Keystone remembers what it read from its database. */
function rememberedSecondsOf({ spec }: Pick<BoxPlan, 'spec'>): number {
  const { cache, credential } = spec.overrides.keystone ?? {};
  const own = [cache?.['expiration_time'], credential?.['cache_time']].filter((text) => text !== undefined);
  return own.length === 0 ? rememberedSecondsDefault : Math.max(...own.map(Number));
}

/**
 * A key of tokens is needed while one of them may be used. One of credentials is needed while Keystone remembers what it
 * encrypted, and after that for dumps alone.
 */
export function retirementOf(plan: BoxPlan, ring: KeyRingName, isEmergency: boolean): Retirement {
  if (ring === 'credential') return { liveSeconds: rememberedSecondsOf(plan), isArchived: true };
  const { allow_expired_window: own } = plan.spec.overrides.keystone?.['token'] ?? {};
  const window = own === undefined ? expiredWindowSecondsDefault : Number(own);
  return { liveSeconds: isEmergency ? 0 : tokenSecondsOf(plan) + window, isArchived: false };
}
