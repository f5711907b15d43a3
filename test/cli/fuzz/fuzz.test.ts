// SPDX-License-Identifier: Apache-2.0
// No line that a person can type crashes the command line. `npm run campaign -- arguments` tries more.
import { expect, test } from 'vitest';
import { proofSeed, seedNumber } from '../../proofs/runner/seeded-part.ts';
import { fuzz } from './fuzz.ts';

const seed = seedNumber(proofSeed());

test.each([
  ['all commands', [], 600],
  ['canary', ['canary'], 150],
  ['restore', ['restore'], 50],
  ['box restore', ['box', 'restore'], 100],
  ['box destroy', ['box', 'destroy'], 150],
])('no line of %s crashes, or ends in a way that is not documented', async (_, only, rounds) => {
  expect(await fuzz(seed, rounds, only)).toEqual([]);
});
