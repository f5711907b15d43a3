// SPDX-License-Identifier: Apache-2.0
// Rotators that know nothing of each other, killed at random moments on a real Keystone: consumers are never locked out.
// Proves: workflows/operations/rotate-cloud workflows/box/credentials workflows/contracts/credentials activities/keystone/credentials activities/clients/openstack activities/clients/secrets
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab, labSpec } from '../../system/lab.ts';
import { badStateTests, userLimit } from './bad-states.ts';
import { Rotations } from './rotation-rounds.ts';
import { isWholeProof, proofSeed, seedNumber } from '../runner/seeded-part.ts';

const box = labSpec('killed-keys', 47, {
  overrides: { keystone: { application_credential: { user_limit: userLimit } } },
});
let lab: Lab;

beforeAll(async () => {
  lab = await Lab.create();
  await lab.install(box);
}, 1_200_000);
// After a failure the box still stands: it goes all the same.
afterAll(() => lab.dispose(box.name));

const [generations, minutes] = isWholeProof ? [1000, 60] : [60, 8];

test(
  'what is published lets in, no generation is published twice, and the next run leaves no orphan',
  async () => {
    const rotations = await Rotations.begin(lab, box, seedNumber(proofSeed()));
    const found = await rotations.run(generations, minutes);
    console.log(JSON.stringify(found));
    expect(found).toMatchObject({ refused: [], doubled: [], orphans: [] });
    // Else nothing was proved: rotators were killed within their work, and rotations went on.
    expect(found.published).toBeGreaterThanOrEqual(generations / 2);
    expect(Object.keys(found.kills).length).toBeGreaterThan(3);
    expect(found.logins).toBeGreaterThan(generations / 2);
  },
  (minutes + 10) * 60_000,
);

describe('what stands in the way', () => badStateTests(() => ({ lab, box })));
