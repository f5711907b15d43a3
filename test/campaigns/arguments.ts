// SPDX-License-Identifier: Apache-2.0
// The campaign `arguments`: lines by chance for the command line, in process. Prints each that crashes it, with its seed.
import { fuzz } from '../cli/fuzz/fuzz.ts';

/** Lines at once, so that something is printed meanwhile. */
const portion = 5000;

/** Returns how many lines were faulty. */
export async function argumentsCampaign(rounds: number, seed: number): Promise<number> {
  let faults = 0;
  for (let done = 0; done < rounds; done += portion) {
    const found = await fuzz(seed + done, Math.min(portion, rounds - done));
    for (const { seed: own, args, fault } of found)
      console.log(`seed ${own}: ${JSON.stringify(args)}\n  ${fault.replaceAll('\n', '\n  ')}`);
    faults += found.length;
    console.log(`${Math.min(done + portion, rounds)} lines, ${faults} faulty`);
  }
  return faults;
}
