// SPDX-License-Identifier: Apache-2.0
// Records a box's spec in the state directory, where it outlives Temporal. Reads no YAML.
// Touches: state directory
import { join } from 'node:path';
import type { BoxPort } from '../../workflows/ports/box.ts';
import type { Clients } from '../clients/index.ts';
import { readJson, writeFileAtomically } from '../clients/local-files.ts';
import { applying, observing } from '../row-scope.ts';

export function specPath(stateDirectory: string, box: string): string {
  return join(stateDirectory, 'boxes', box, 'spec.json');
}

export function specActivities({ stateDirectory }: Clients): Pick<BoxPort, 'observeSpec' | 'recordSpec'> {
  return {
    observeSpec: observing(async ({ spec }) => {
      const recorded = await readJson(specPath(stateDirectory, spec.name));
      if (recorded === null)
        return [{ what: `recorded spec of ${spec.name}`, have: 'none', want: 'recorded' }];
      return JSON.stringify(recorded) === JSON.stringify(spec)
        ? []
        : [{ what: `recorded spec of ${spec.name}`, have: 'another', want: 'the one given' }];
    }),
    recordSpec: applying(async ({ spec }) => {
      await writeFileAtomically(specPath(stateDirectory, spec.name), `${JSON.stringify(spec)}\n`, 0o600);
      return undefined;
    }),
  };
}
