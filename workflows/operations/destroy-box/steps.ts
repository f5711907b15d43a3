// SPDX-License-Identifier: Apache-2.0
// DestroyBox as a table: power, then network, then files. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { linkName, outerLinkName } from '../../box/plan.ts';
import { call } from '../../ports/index.ts';

export function destroyBoxSteps(box: string, digest: (text: string) => string): CompiledStep[] {
  const links = { box, link: linkName(digest(box)), outerLink: outerLinkName(digest(box)) };
  return table({
    power: {
      title: 'Box switched off',
      profile: 'command',
      exclusive: ['power'],
      settleSeconds: 5,
      observe: call('observeOff', { box }),
      apply: call('powerOff', { box }),
    },
    network: {
      title: 'Network removed',
      observe: call('observeNoNetwork', links),
      apply: call('removeNetwork', links),
    },
    files: {
      title: 'Files and secrets removed',
      observe: call('observeNoFiles', { box }),
      apply: call('removeFiles', { box }),
    },
  });
}
