// SPDX-License-Identifier: Apache-2.0
// A few fuzzed ceremonies, chosen by a seed; `npm run campaign -- ceremonies` takes a thousand.
import { expect, it } from 'vitest';

import { fuzzedCeremony } from './fuzzed-ceremony.ts';

it.each([0, 1, 2].map((offset) => 1 + offset))(
  'ceremony %i goes on whatever goes wrong, signs once, and sends no wrong PIN twice',
  async (each) => {
    const result = await fuzzedCeremony(each);
    expect(result.faults, JSON.stringify(result)).toEqual([]);
  },
);
