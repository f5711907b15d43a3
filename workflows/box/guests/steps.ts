// SPDX-License-Identifier: Apache-2.0
// The guest that the cloud's first servers boot: a small Linux of Debian's packages.
import type { GuestImageSource } from '../../contracts/box/guest-image.ts';
import { effect } from '../../ports/index.ts';
import type { BoxPlan, InstallFacts } from '../plan.ts';
import type { Steps } from '../calls.ts';

export const guestImageSource = ({ profile }: BoxPlan, { sources }: InstallFacts): GuestImageSource => ({
  suite: profile.suite,
  sources: sources.text,
});

export function guestImageSteps(plan: BoxPlan, facts: InstallFacts): Steps {
  const { aptOptions } = facts.sources;
  const guest = { box: plan.box, ...guestImageSource(plan, facts), aptOptions };
  return {
    'guest-image': {
      title: 'Guest image built',
      after: ['spec'],
      profile: 'build',
      cancel: 'kill',
      exclusive: ['image'],
      ...effect('observeGuestImage', 'buildGuestImage', guest),
    },
  };
}
