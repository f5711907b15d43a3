// SPDX-License-Identifier: Apache-2.0
// Rotations of credentials by the thousand, by three rotators at once that are killed all the time: what is published always lets in.
import { Rotations } from '../proofs/rotations/rotation-rounds.ts';
import { Lab, labSpec } from '../system/lab.ts';
import { openLedger } from './ledger.ts';

/** Until so many are published or the minutes are over. Returns how often something was seen that must not be. */
export async function rotationsCampaign(rounds: number, minutes: number, seed: number): Promise<number> {
  const ledger = await openLedger('rotations');
  const box = labSpec('campaign-keys', 46);
  const lab = await Lab.create();
  try {
    await lab.install(box);
    const rotations = await Rotations.begin(lab, box, seed);
    const found = await rotations.run(rounds, minutes);
    await ledger.append({ seed, ...found });
    const kills = Object.values(found.kills).reduce((sum, each) => sum + each, 0);
    const { published, logins, refused, doubled, orphans, seconds } = found;
    console.log({ kills: found.kills, ended: found.ended });
    console.log(`${published} published through ${kills} kills in ${seconds} s; ${logins} logins`);
    console.log({ refused, doubled, orphans });
    return refused.length + doubled.length + orphans.length;
  } finally {
    await lab.dispose(box.name);
  }
}
