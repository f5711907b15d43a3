// SPDX-License-Identifier: Apache-2.0
// Keystone's keys as activities: a line for each step. What each does stands in the files beside this one.
import {
  adoptedRing,
  newRing,
  primaryKey,
  withFoundKeys,
  type KeyRingName,
} from '../../../workflows/contracts/keys/key-ring.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { KeysArgs, KeysPort, TokenKeyArgs } from '../../../workflows/ports/cloud/keys.ts';
import type { Clients } from '../../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../../clients/openstack/admin-login.ts';
import { withCloud } from '../../clients/openstack/cloud.ts';
import { applying, observing } from '../../step-scope.ts';
import { dumpKeyDifferences, migrate, migrationDifferences, restoreDumpKeys } from './credentials.ts';
import { foundKeys, keyDifferences, layRing } from './files.ts';
import { isTokenOf } from './proof.ts';
import { newKey, readRing, requireRing, writeRing } from './records.ts';
import {
  forgettingDifferences,
  promote,
  promotionDifferences,
  retire,
  retirementDifferences,
  stage,
  stagingDifferences,
} from './rotation.ts';

export function keyActivities(clients: Clients): KeysPort {
  return {
    observeKeys: observing((args) => ringDifferences(clients, args)),
    createKeys: applying(async ({ box, rings }, scope) => {
      const written: string[] = [];
      for (const name of rings) {
        await recordRing(clients, box, name);
        const { ring } = await requireRing(clients.secrets, box, name);
        written.push(`${name}: ${await layRing(clients.inside(box), scope.fencingToken, name, ring)}`);
      }
      return written.join(', ');
    }),
    observeKeyStaged: observing((args, { context }) => stagingDifferences(clients, args, context.nonce)),
    stageKey: applying((args, { context }) => stage(clients, args, context.nonce)),
    observeKeyPromoted: observing((args) => promotionDifferences(clients, args)),
    promoteKey: applying((args) => promote(clients, args)),
    observeTokenKey: observing((args) => tokenKeyDifferences(clients, args)),
    observeCredentialsMigrated: observing(({ box }) => migrationDifferences(clients, box)),
    migrateCredentials: applying(({ box }, scope) => migrate(clients, box, scope)),
    observeKeysRetired: observing((args, { context }) => retirementDifferences(clients, args, context.nonce)),
    retireKeys: applying((args, { context }) => retire(clients, args, context.nonce)),
    observeKeysForgotten: observing((args) => forgettingDifferences(clients, args)),
    observeDumpKeys: observing(({ box }) => dumpKeyDifferences(clients, box)),
    restoreDumpKeys: applying(({ box }, scope) => restoreDumpKeys(clients, box, scope)),
  };
}

async function ringDifferences(
  { secrets, inside }: Clients,
  { box, rings }: KeysArgs,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const name of rings) {
    const stored = await readRing(secrets, box, name);
    if (stored === null)
      differences.push({
        what: `${name} keys of Keystone`,
        have: 'not in the secret store',
        want: 'kept there',
      });
    else differences.push(...(await keyDifferences(inside(box), name, stored.ring)));
  }
  return differences;
}

/**
 * Keys that lie there already are kept where the store has none: what they made is in use. Of credentials every key is kept,
 * since what it encrypted would be unreadable.
 */
async function recordRing({ secrets, inside }: Clients, box: string, name: KeyRingName): Promise<void> {
  const stored = await readRing(secrets, box, name);
  if (stored !== null && name !== 'credential') return;
  const found = await foundKeys(inside(box), name);
  if (stored === null) {
    const ring = found.length > 0 ? adoptedRing(found, new Date().toISOString()) : newRing(newKey(name));
    return writeRing(secrets, box, name, ring, 0);
  }
  const ring = withFoundKeys(
    stored.ring,
    found.map(({ secret }) => secret),
  );
  if (ring !== stored.ring) await writeRing(secrets, box, name, ring, stored.version);
}

/** A new token of the administrator, judged by its own bytes: Keystone is not asked what it did. */
async function tokenKeyDifferences({ secrets }: Clients, args: TokenKeyArgs): Promise<Difference[]> {
  const { ring } = await requireRing(secrets, args.box, args.ring);
  const login = await adminLogin(secrets, args);
  const { token } = await withCloud(login, (client) => client.issueToken()).catch(silentWithoutAdmin(args));
  if (isTokenOf(args.ring, token, primaryKey(ring).secret)) return [];
  return [{ what: 'a new token', have: 'by another key', want: `by ${args.ring} key ${ring.primary}` }];
}
