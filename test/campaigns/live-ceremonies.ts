// SPDX-License-Identifier: Apache-2.0
// Ceremonies one after another on SoftHSM tokens, by the real station, worker and Temporal, each of which is killed all the time.
import { LiveCeremony, type LiveResult } from '../ceremony/live/live-ceremony.ts';
import { LiveStation } from '../ceremony/live/live-station.ts';
import { openLedger } from './ledger.ts';

/** Until so many have ended or the minutes are over. Returns how many were not as they have to be. */
export async function liveCeremoniesCampaign(rounds: number, minutes: number, seed: number): Promise<number> {
  const ledger = await openLedger('live-ceremonies');
  const deadline = Date.now() + minutes * 60_000;
  const station = await LiveStation.create();
  const results: LiveResult[] = [];
  try {
    for (let round = 0; round < rounds && Date.now() < deadline; round += 1) {
      const result = await new LiveCeremony(station, round + 1, seed + round).run();
      results.push(result);
      await ledger.append(result);
      console.log(lineOf(result));
      // What follows would stand on what did not end.
      if (result.faults.length > 0) break;
    }
    const leaked = await station.filesWithPins();
    for (const path of leaked) console.log(`a PIN is in ${path}`);
    console.log(summaryOf(results, await station.calls()));
    return results.filter(({ faults }) => faults.length > 0).length + leaked.length;
  } finally {
    await station.dispose();
  }
}

function lineOf({
  seed,
  faults,
  kills,
  pulledIn,
  wrongPins,
  waitedHours,
  events,
  seconds,
}: LiveResult): string {
  const killed = Object.entries(kills).map(([name, count]) => `${name} ${count}`);
  const facts = [
    `kills ${killed.join(' ')}`,
    `pulled in ${pulledIn.join(' ') || 'none'}`,
    `wrong PINs ${wrongPins}`,
    `waited ${waitedHours} h`,
    `${events} events`,
    `${seconds} s`,
  ];
  return [`seed ${seed}`, ...facts, ...faults].join(', ');
}

function summaryOf(
  results: readonly LiveResult[],
  calls: readonly { what: string; isTaken: boolean }[],
): string {
  const sum = (of: (result: LiveResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const count = (what: string, isTaken: boolean): number =>
    calls.filter((call) => call.what === what && call.isTaken === isTaken).length;
  return [
    `${results.length} ceremonies, ${results.filter(({ faults }) => faults.length > 0).length} with a fault`,
    `killed: Temporal ${sum((each) => each.kills.temporal)}, worker ${sum((each) => each.kills.worker)}, station ${sum((each) => each.kills.station)}`,
    `tokens pulled ${sum((each) => each.pulls)}, wrong tokens ${sum((each) => each.wrongTokens)}, wrong PINs ${sum((each) => each.wrongPins)}`,
    `approvals repeated ${sum((each) => each.repeatedApprovals)}, forged ${sum((each) => each.forgedApprovals)}`,
    `answers taken ${sum((each) => each.answers)}, refused ${sum((each) => each.refusedAnswers)}, lost ${sum((each) => each.lostAnswers)}`,
    `logins taken by tokens ${count('login', true)}, refused ${count('login', false)}, signatures ${count('sign', true)}`,
    `at most ${Math.max(0, ...results.map(({ events }) => events))} events, ${sum((each) => each.waitedHours)} h waited`,
  ].join('\n');
}
