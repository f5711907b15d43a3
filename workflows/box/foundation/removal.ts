// SPDX-License-Identifier: Apache-2.0
// The steps that take a box away: power, then network, then files. Pure.
import { effect } from '../../ports/index.ts';
import type { StepOptions } from '../../contracts/run/build-table.ts';
import type { Steps } from '../calls.ts';
import { linkName, externalLinkName } from '../plan.ts';

export const powerOffStep = (box: string): StepOptions => ({
  title: 'Box switched off',
  profile: 'command',
  exclusive: ['power'],
  settleSeconds: 5,
  ...effect('observeOff', 'powerOff', { box }),
});

export function removalSteps(box: string, digest: (text: string) => string): Steps {
  const links = { box, link: linkName(digest(box)), outerLink: externalLinkName(digest(box)) };
  return {
    power: powerOffStep(box),
    network: {
      title: 'Network removed',
      ...effect('observeNoNetwork', 'removeNetwork', links),
    },
    files: {
      title: 'Files and secrets removed',
      ...effect('observeNoFiles', 'removeFiles', { box }),
    },
  };
}
