// SPDX-License-Identifier: Apache-2.0
// Fuzzed ceremonies one after another: wrong tokens and PINs, tokens pulled, stations and workers that die, clocks that jump, days of waiting.
import { fuzzedCeremony, type FuzzResult } from '../ceremony/fuzz/fuzzed-ceremony.ts';
import { openLedger } from './ledger.ts';

const counted = [
  'deaths',
  'pulls',
  'wrongPins',
  'wrongTokens',
  'repeatedApprovals',
  'clockJumps',
  'lostAnswers',
  'lostWorkers',
  'outages',
  'restarts',
  'requests',
] as const satisfies readonly (keyof FuzzResult)[];

/** Returns how many were not as they have to be. */
export async function ceremoniesCampaign(rounds: number, seed: number): Promise<number> {
  const ledger = await openLedger('ceremonies');
  const sums = Object.fromEntries(counted.map((name) => [name, 0]));
  let [bad, events, hours] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const result = await fuzzedCeremony(seed + round);
    for (const name of counted) sums[name] = (sums[name] ?? 0) + result[name];
    events = Math.max(events, result.events);
    hours += result.hours;
    if (result.faults.length > 0) {
      bad += 1;
      console.log(`seed ${seed + round}: ${result.faults.join('; ')}`);
    }
  }
  const facts = Object.entries(sums).map(([name, sum]) => `${name} ${sum}`);
  console.log(
    `${rounds} ceremonies from seed ${seed}, ${bad} with a fault; at most ${events} events, ${hours} h in all`,
  );
  console.log(facts.join(', '));
  await ledger.append({ seed, rounds, bad, events, hours, ...sums });
  return bad;
}
