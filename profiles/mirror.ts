// SPDX-License-Identifier: Apache-2.0
// What the box of a mirror is made of. Data.
import type { MirrorProfile } from '../workflows/contracts/mirror/mirror-profile.ts';
import { generatorsWithoutWork } from './generators.ts';

export const mirrorProfile: MirrorProfile = {
  suite: 'trixie',
  packages: [
    'systemd-sysv',
    'dbus',
    'iproute2',
    'procps',
    'ca-certificates',
    'debian-archive-keyring',
    'aptly',
    'gnupg',
    'gpgv',
    'nginx',
    // Tries what is mirrored of Python indexes.
    'python3-pip',
    // Tries what is mirrored of container registries.
    'skopeo',
  ],
  kindPackages: {
    // Tries what is mirrored of galaxies.
    ansible: ['ansible-core'],
    // Builds, checks and tries repositories.
    git: ['git'],
  },
  proxyPackages: ['squid'],
  proxyUnits: ['squid.service'],
  unitsShippedDisabled: [
    'nginx',
    'aptly-api.service',
    'aptly.service',
    'apt-daily.timer',
    'apt-daily-upgrade.timer',
    'rsync',
  ],
  generatorsMasked: generatorsWithoutWork,
  // @source an image of 400 MB, its packages of 120 MB, and as much again for a first small archive
  size: { diskFreeMebibytesMin: 2500, memoryMebibytesMin: 512 },
};
