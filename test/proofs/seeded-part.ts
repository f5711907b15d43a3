// SPDX-License-Identifier: Apache-2.0
// Which part of a long proof a run of the tests takes. The campaign `proofs` takes the whole.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { generator } from './crash-plan.ts';

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

/** `share` of the items, one at least, in their order; `name` keeps the parts of two proofs apart. */
export function seededPart<T>(name: string, items: readonly T[], share: number): T[] {
  if (isWholeProof) return [...items];
  const digest = createHash('sha256').update(`${proofSeed()} ${name}`).digest();
  const chance = generator(digest.readUInt32BE());
  const drawn = items.map((item, index) => ({ item, index, lot: chance() }));
  const taken = drawn.sort((a, b) => a.lot - b.lot).slice(0, Math.max(1, Math.round(items.length * share)));
  return taken.sort((a, b) => a.index - b.index).map(({ item }) => item);
}
