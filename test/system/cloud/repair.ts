// SPDX-License-Identifier: Apache-2.0
// Drift names nothing, then exactly what was broken; the next install repairs exactly that. One batch, chosen by the seed.
import { expect, test } from 'vitest';
import { breakAndRepair } from '../../proofs/sabotage/break-and-repair.ts';
import { guestSabotages } from '../../proofs/sabotage/guest-sabotages.ts';
import { drawn, proofSeed } from '../../proofs/runner/seeded-part.ts';
import { volumeSabotages } from '../../proofs/sabotage/volume-sabotages.ts';
import { sabotages } from '../../proofs/sabotage/sabotages.ts';
import { wholeBatches, wholeSabotages } from '../../proofs/sabotage/whole-sabotages.ts';
import { lab, spec } from './stand.ts';

const known = { ...sabotages, ...wholeSabotages, ...guestSabotages, ...volumeSabotages };
/** The canary has tests of its own here. A lost schema takes minutes to come back: test/proofs has it. */
const isShort = (step: string): boolean => step !== 'canary' && !step.endsWith('schema');
const batches = [
  ...wholeBatches.map((batch) => batch.filter(isShort)).filter((batch) => batch.length > 0),
  ['nova.metadata', 'neutron.metadata-config', 'ovn.floating-config', 'horizon.config', 'external-network'],
  ['libvirt', 'cinder.scheduler', 'cinder.volume', 'cinder.service', 'cinder.backend', 'horizon.service'],
];
const chosen = drawn(`${proofSeed()} sabotage`, batches, 1 / batches.length);

export function repairTests(): void {
  test('drift of a new cloud finds every step same', async () => {
    const { steps } = await lab.drift(spec.name);
    expect(steps.filter(({ verdict }) => verdict !== 'same')).toEqual([]);
  });

  test('drift names what was broken, and an install repairs it', async () => {
    const target = { spec, stateDirectory: lab.stateDirectory };
    for (const steps of chosen) await breakAndRepair(lab, target, known, steps);
    expect((await lab.drift(spec.name)).result).toBe('same');
  });
}
