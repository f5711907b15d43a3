// SPDX-License-Identifier: Apache-2.0
// One key of a ring after another: staged in the store, laid beside the others, promoted, and the former ones retired.
import {
  laidKeys,
  mustStage,
  nextSpentAt,
  stagedKey,
  withEndedRotation,
  withoutSpentKeys,
  withPromotedKey,
  withRetiredKeys,
  withStagedKey,
  type KeyRing,
} from '../../../workflows/contracts/keys/key-ring.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { KeyRotationArgs } from '../../../workflows/ports/cloud/keys.ts';
import { Failure } from '../../clients/failure.ts';
import type { Clients } from '../../clients/index.ts';
import { keyDifferences } from './files.ts';
import { newKey, requireRing, writeRing } from './records.ts';

/** `run` is the nonce of the run that asks. @throws Failure PreconditionFailed while there is no room for another key */
export async function stagingDifferences(
  { secrets }: Pick<Clients, 'secrets'>,
  args: KeyRotationArgs,
  run: string,
): Promise<Difference[]> {
  const { ring } = await requireRing(secrets, args.box, args.ring);
  if (!mustStage(ring, run, args.emergency)) return [];
  if (ring.rotation === null && !args.begins) return [];
  requireRoom(ring, args, Date.now());
  return [{ what: `${args.ring} keys`, have: `key ${ring.primary} in use`, want: 'a further key staged' }];
}

/** Idempotent: a rotation that goes on, or that this run ended, stages nothing. */
export async function stage(
  { secrets }: Pick<Clients, 'secrets'>,
  args: KeyRotationArgs,
  run: string,
): Promise<string> {
  const { ring, version } = await requireRing(secrets, args.box, args.ring);
  if (!mustStage(ring, run, args.emergency)) return 'goes on with the staged key';
  const now = Date.now();
  requireRoom(ring, args, now);
  const staged = withStagedKey(withoutSpentKeys(ring, args.retirement, now), newKey(args.ring), run);
  await writeRing(secrets, args.box, args.ring, staged, version);
  return `key ${stagedKey(staged)?.id ?? 0}`;
}

/** What Keystone would have after the switch must not be more than it may. */
function requireRoom(ring: KeyRing, args: KeyRotationArgs, now: number): void {
  const kept = laidKeys(withoutSpentKeys(ring, args.retirement, now)).filter(({ id }) => id <= ring.primary);
  if (kept.length < args.keysMax) return;
  const spentAt = nextSpentAt(ring, args.retirement);
  const wait = spentAt === null ? 'End the rotation before' : `Wait until ${new Date(spentAt).toISOString()}`;
  const more =
    args.ring === 'fernet'
      ? ', or let it have more: overrides.keystone.fernet_tokens.max_active_keys of the spec'
      : '';
  throw new Failure(
    'PreconditionFailed',
    `Keystone has ${kept.length} ${args.ring} keys, each of which a token may need, and may have ${args.keysMax}: another would push one of them out`,
    {
      on: `box ${args.box}`,
      hint: `${wait}${more}`,
    },
  );
}

export async function promotionDifferences(
  { secrets }: Pick<Clients, 'secrets'>,
  args: KeyRotationArgs,
): Promise<Difference[]> {
  const staged = stagedKey((await requireRing(secrets, args.box, args.ring)).ring);
  if (staged === null) return [];
  return [{ what: `${args.ring} key ${staged.id}`, have: 'staged', want: 'the primary key' }];
}

/** @throws Failure PreconditionFailed when the staged key does not lie beside the others: what it made would be unreadable */
export async function promote(
  { secrets, inside }: Pick<Clients, 'secrets' | 'inside'>,
  args: KeyRotationArgs,
): Promise<string> {
  const { ring, version } = await requireRing(secrets, args.box, args.ring);
  const staged = stagedKey(ring);
  if (staged === null) return 'promoted already';
  const [missing] = await keyDifferences(inside(args.box), args.ring, ring);
  if (missing !== undefined)
    throw new Failure(
      'PreconditionFailed',
      `The ${args.ring} keys are not laid: the staged one is not promoted`,
      {
        on: `box ${args.box}`,
        cause: `${missing.what}: ${missing.have}`,
      },
    );
  await writeRing(secrets, args.box, args.ring, withPromotedKey(ring), version);
  return `key ${staged.id}`;
}

export async function retirementDifferences(
  { secrets }: Pick<Clients, 'secrets'>,
  args: KeyRotationArgs,
  run: string,
): Promise<Difference[]> {
  const { ring } = await requireRing(secrets, args.box, args.ring);
  const wanted = retired(ring, args, run);
  if (JSON.stringify(wanted) === JSON.stringify(ring)) return [];
  const gone = laidKeys(ring).length - laidKeys(wanted).length;
  const have =
    ring.rotation === null ? `${gone} that nothing needs` : 'a rotation that is not recorded as over';
  return [{ what: `former ${args.ring} keys`, have, want: 'recorded, and gone once nothing needs them' }];
}

export async function retire(
  { secrets }: Pick<Clients, 'secrets'>,
  args: KeyRotationArgs,
  run: string,
): Promise<string> {
  const { ring, version } = await requireRing(secrets, args.box, args.ring);
  const wanted = retired(ring, args, run);
  await writeRing(secrets, args.box, args.ring, wanted, version);
  const until = nextSpentAt(wanted, args.retirement);
  const gone = `${laidKeys(ring).length - laidKeys(wanted).length} gone`;
  return until === null ? gone : `${gone}, the next is needed until ${new Date(until).toISOString()}`;
}

export async function forgettingDifferences(
  { secrets }: Pick<Clients, 'secrets'>,
  args: KeyRotationArgs,
): Promise<Difference[]> {
  const { ring } = await requireRing(secrets, args.box, args.ring);
  const spentAt = nextSpentAt(ring, args.retirement);
  if (spentAt === null || Date.now() >= spentAt) return [];
  const until = new Date(spentAt).toISOString();
  return [{ what: `former ${args.ring} keys`, have: `needed until ${until}`, want: 'needed by nothing' }];
}

function retired(ring: KeyRing, { retirement }: KeyRotationArgs, run: string): KeyRing {
  const now = Date.now();
  // Between rotations a key that a restore brought back is in use.
  const known = ring.rotation === null ? ring : withRetiredKeys(ring, now);
  return withEndedRotation(withoutSpentKeys(known, retirement, now), run);
}
