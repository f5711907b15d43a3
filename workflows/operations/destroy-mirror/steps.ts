// SPDX-License-Identifier: Apache-2.0
// DestroyMirror as a table: the steps that remove a box, then the record of the site; first, that no box needs it. Pure.
import { removalSteps } from '../../box/foundation/removal.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call, effect } from '../../ports/index.ts';

export function destroyMirrorSteps(box: string, digest: (text: string) => string): CompiledStep[] {
  return table({
    unused: {
      title: 'No box takes its packages from it',
      onFailure: 'fail',
      observe: call('observeSiteUnused', { box }),
    },
    ...removalSteps(box, digest),
    record: {
      title: 'Record of the mirror removed',
      ...effect('observeNoMirrorRecord', 'removeMirrorRecord', { box }),
    },
  });
}
