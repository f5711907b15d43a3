// SPDX-License-Identifier: Apache-2.0
// What Debian is told about holdfast: names, versions and the packages that it needs. Writes no file.

/** Program → Debian package, needed to make boxes. */
export const boxPrograms = {
  mmdebstrap: 'mmdebstrap',
  'systemd-nspawn': 'systemd-container',
  nft: 'nftables',
  ip: 'iproute2',
  flock: 'util-linux',
  // The canary asks from outside.
  ping: 'iputils-ping',
};

/**
 * Debian's version: that of the package, and the commit that it was built from, so that a later build is not taken for it.
 * @param {string} version @param {string} commit such as `6e92a71`, or `6e92a71-dirty` @source deb-version(7): letters, digits, + . ~
 */
export const debianVersion = (version, commit) => `${version}+git.${commit.replaceAll(/[^a-z0-9]+/g, '.')}`;

/**
 * The control file. @source deb-control(5)
 * @param {{ version: string, architecture: string, sizeKibibytes: number, description: string }} facts
 */
export function controlText({ version, architecture, sizeKibibytes, description }) {
  const depends = ['nodejs (>= 20.19)', 'ca-certificates', ...Object.values(boxPrograms)];
  return [
    'Package: holdfast',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    'Section: admin',
    'Priority: optional',
    'Maintainer: The holdfast project <holdfast@localhost>',
    `Installed-Size: ${sizeKibibytes}`,
    `Depends: ${depends.join(', ')}`,
    'Recommends: debian-archive-keyring, man-db',
    'Suggests: softhsm2',
    `Description: ${description}`,
    ' Every step of an install, a migration or a rotation can ask whether it is',
    ' already true before it acts, so that a run survives every kill.',
    '',
  ].join('\n');
}
