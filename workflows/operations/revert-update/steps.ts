// SPDX-License-Identifier: Apache-2.0
// RevertUpdate as a table: the steps of an install, but on the image that the box had before its last update. Pure.
import { optionsOf, table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { effect } from '../../ports/index.ts';

/** `installed`: the steps of an install of the recorded spec. */
export function revertUpdateSteps(box: string, installed: readonly CompiledStep[]): CompiledStep[] {
  const steps = installed.map((step): [string, StepOptions] => {
    const options = optionsOf(step);
    if (step.id === 'image')
      return [
        'image',
        {
          title: 'Last update marked as taken back',
          after: options.after ?? [],
          // Where there is no way back, waiting for a person makes none.
          onFailure: 'fail',
          ...effect('observeTakenBack', 'takeBack', { box }),
        },
      ];
    if (step.id === 'root')
      return [
        'root',
        {
          title: 'Box laid on the image before its update',
          after: options.after ?? [],
          profile: 'command',
          exclusive: ['power'],
          ...effect('observeFormerImage', 'layBack', { box }),
        },
      ];
    return [step.id, options];
  });
  return table(Object.fromEntries(steps));
}
