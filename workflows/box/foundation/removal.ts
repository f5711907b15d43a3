// SPDX-License-Identifier: Apache-2.0
// The steps that take a box away: power, then network, then files. Pure.
import { call } from '../../ports/index.ts';
import type { StepOptions } from '../../contracts/run/build-table.ts';
import type { Steps } from '../calls.ts';
import { linkName, externalLinkName } from '../plan.ts';

export const powerOffStep = (box: string): StepOptions => ({
  title: 'Box switched off',
  profile: 'command',
  exclusive: ['power'],
  settleSeconds: 5,
  observe: call('observeOff', { box }),
  apply: call('powerOff', { box }),
});

export function removalSteps(box: string, digest: (text: string) => string): Steps {
  const links = { box, link: linkName(digest(box)), outerLink: externalLinkName(digest(box)) };
  return {
    power: powerOffStep(box),
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
  };
}
