// SPDX-License-Identifier: Apache-2.0
// The release profiles by name. Read by compile alone.
import type { BoxSpec } from '../workflows/contracts/box/box-spec.ts';
import type { ReleaseProfile } from '../workflows/contracts/box/release-profile.ts';
import { debian12 } from './debian-12.ts';
import { debian13 } from './debian-13.ts';

export const profiles: Readonly<Record<BoxSpec['release'], ReleaseProfile>> = {
  'debian-12': debian12,
  'debian-13': debian13,
};

export { authorityProfile } from './authority.ts';
export { mirrorProfile } from './mirror.ts';
