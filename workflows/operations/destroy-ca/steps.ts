// SPDX-License-Identifier: Apache-2.0
// DestroyAuthority as a table: that no box needs it, the steps that remove its box, and its records set aside. Pure.
import { removalSteps } from '../../box/foundation/removal.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call, effect } from '../../ports/index.ts';

export interface DestroyCaPlan {
  readonly authority: string;
  /** Of step-ca; null where the authority has none. */
  readonly box: string | null;
  /** True: boxes keep the certificates that they have from it. */
  readonly leaveBoxes: boolean;
}

export function destroyCaSteps(
  { authority, box, leaveBoxes }: DestroyCaPlan,
  digest: (text: string) => string,
): CompiledStep[] {
  return table({
    ...(!leaveBoxes && {
      unused: {
        title: 'No box has its certificate from it',
        onFailure: 'fail',
        observe: call('observeAuthorityUnused', { authority }),
      },
    }),
    ...(box !== null && removalSteps(box, digest)),
    record: {
      title: 'Records of the authority set aside',
      ...effect('observeAuthoritySetAside', 'setAuthorityAside', { authority }),
    },
  });
}
