// SPDX-License-Identifier: Apache-2.0
// What the box of an authority is made of. Data.
import type { ServerProfile } from '../workflows/contracts/authority/server.ts';
import { generatorsWithoutWork } from './generators.ts';

/** The client and what it calls. */
export const acmeClientPackages: readonly string[] = ['dehydrated', 'curl', 'openssl'];

export const authorityProfile: ServerProfile = {
  suite: 'trixie',
  packages: [
    'systemd-sysv',
    'dbus',
    'iproute2',
    'procps',
    'ca-certificates',
    'debian-archive-keyring',
    'nginx',
    'softhsm2',
    // By which a new intermediate is tried.
    ...acmeClientPackages,
  ],
  unitsShippedDisabled: ['nginx', 'apt-daily.timer', 'apt-daily-upgrade.timer'],
  generatorsMasked: generatorsWithoutWork,
  // @source an image of 330 MB, its packages of 90 MB, step-ca of 60 MB, and room for its database
  size: { diskFreeMebibytesMin: 1200, memoryMebibytesMin: 256 },
};
