// SPDX-License-Identifier: Apache-2.0
// Builds the table of a canary.
import { boxOfTestCloud } from '../../../workflows/contracts/canary/canary.ts';
import { parseCanary } from '../../../workflows/contracts/canary/canary.schema.ts';
import { canaryRows } from '../../../workflows/operations/canary/steps.ts';
import { recordedSpec as readSpec } from '../../clients/state/recorded-specs.ts';
import { accept, toldOf, type Build } from './build.ts';

export const canaryBuilds: Readonly<Record<string, Build>> = {
  canary: async (raw, stateDirectory) => {
    const { scheduled, ...wishes } = accept(parseCanary(raw));
    const { cloud } = wishes;
    // Whoever asks sees the answer; only a flight that nobody asked for tells those whom the box's spec names.
    const box = scheduled ? boxOfTestCloud(cloud) : null;
    const spec = box === null ? null : await readSpec(stateDirectory, box);
    const notify = spec === null ? undefined : toldOf(spec);
    return {
      subject: cloud,
      kind: 'cloud',
      rows: canaryRows(wishes),
      lease: null,
      takeOver: false,
      input: wishes,
      notify,
    };
  },
};
