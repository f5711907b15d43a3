// SPDX-License-Identifier: Apache-2.0
// What is in every system of a release: packages that its index marks as essential or required, and apt. Data.

/** @source read off the package lists of images that mmdebstrap built as `minbase` */
const both: readonly string[] = [
  'apt',
  'base-files',
  'base-passwd',
  'bash',
  'bsdutils',
  'coreutils',
  'dash',
  'debianutils',
  'diffutils',
  'dpkg',
  'findutils',
  'grep',
  'gzip',
  'hostname',
  'init-system-helpers',
  'libc-bin',
  'libpam-modules',
  'libpam-modules-bin',
  'libpam-runtime',
  'login',
  'mawk',
  'mount',
  'ncurses-base',
  'ncurses-bin',
  'passwd',
  'perl-base',
  'sed',
  'sysvinit-utils',
  'tar',
  'tzdata',
  'util-linux',
];

export const baseOfTrixie: readonly string[] = [...both, 'login.defs', 'zlib1g'];
export const baseOfBookworm: readonly string[] = [...both, 'debconf', 'e2fsprogs'];
