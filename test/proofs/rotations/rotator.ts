// SPDX-License-Identifier: Apache-2.0
// Rotates users of a recorded cloud for ever, each drawn by chance; a test kills it.
// Arguments: state directory, cloud, seed, seconds that its clock is ahead. Says which effect it begins and how each rotation ended.
import { recordedCloud } from '../../../activities/clients/state/recorded-clouds.ts';
import { generator } from '../crash/crash-plan.ts';
import { seedNumber } from '../runner/seeded-part.ts';
import { drive, type Ended } from './drive.ts';

/** To the test, by the channel of the process. */
export type RotatorMessage =
  | { readonly kind: 'effect'; readonly activity: string }
  | { readonly kind: 'over'; readonly ended: Ended | null };

const [stateDirectory = '', cloud = '', seed = '', aheadSeconds = ''] = process.argv.slice(2);
// Hashed: the test draws seeds and lives from one row of numbers, which goes on where a seed stands in it.
const chance = generator(seedNumber(seed));
const say = (message: RotatorMessage): void => void process.send?.(message);

/** As on a machine whose clock is wrong. */
class ShiftedDate extends Date {
  constructor(...given: [] | [number | string | Date]) {
    super(...((given.length === 0 ? [ShiftedDate.now()] : given) as [number]));
  }
  static override now(): number {
    return trueNow() + Number(aheadSeconds) * 1000;
  }
}
const trueNow = Date.now.bind(Date);
globalThis.Date = ShiftedDate as DateConstructor;

// A rotator whose test is gone ends as well.
process.on('disconnect', () => process.exit(0));

const spec = await recordedCloud(stateDirectory, cloud);
if (spec === null) throw new Error(`There is no cloud ${cloud}`);
for (let round = 1; ; round += 1) {
  const user = spec.users[Math.floor(chance() * spec.users.length)] as (typeof spec.users)[number];
  const nonce = `${process.pid}-${seed}-${round}`;
  const begins = (activity: string) => say({ kind: 'effect', activity });
  say({ kind: 'over', ended: await drive({ stateDirectory, spec, nonce, begins }, user) });
}
