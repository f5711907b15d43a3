// SPDX-License-Identifier: Apache-2.0
// Which part of a long proof a run of the tests takes. The campaign `proofs` takes the whole.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { generator } from '../crash/crash-plan.ts';

/**
 * HOLDFAST_SEED, else the commit: another commit takes another part, and the same one repeats its own. Without either a
 * constant.
 */
export function proofSeed(): string {
  const given = process.env['HOLDFAST_SEED'];
  if (given !== undefined) return given;
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return 'none';
  }
}

/** Under the campaign, which leaves nothing out. */
export const isWholeProof = process.env['HOLDFAST_PROOFS'] === 'whole';

/** Of this run's proof of that name; the whole under the campaign. */
export const seededPart = <T>(name: string, items: readonly T[], share: number): T[] =>
  isWholeProof ? [...items] : drawn(`${proofSeed()} ${name}`, items, share);

/** For a generator of chance. */
export const seedNumber = (seed: string): number => createHash('sha256').update(seed).digest().readUInt32BE();

/** `share` of the items, one at least, in their order. The same seed draws the same. */
export function drawn<T>(seed: string, items: readonly T[], share: number): T[] {
  const chance = generator(seedNumber(seed));
  const lots = items.map((item, index) => ({ item, index, lot: chance() }));
  const taken = lots.sort((a, b) => a.lot - b.lot).slice(0, Math.max(1, Math.round(items.length * share)));
  return taken.sort((a, b) => a.index - b.index).map(({ item }) => item);
}
