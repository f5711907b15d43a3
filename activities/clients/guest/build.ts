// SPDX-License-Identifier: Apache-2.0
// The command that makes the guest's bootable disk of Debian packages. Runs nothing.
import { aptAccessOptions } from '../machine/apt-access.ts';
import { guestFiles } from './guest-files.ts';
import build from './scripts/build.sh';
import buildInside from './scripts/build-inside.sh';

/** The guest's parts, and the tools that put them together: all of them in the build's own folder. */
export const guestPackages: readonly string[] = [
  'linux-image-cloud-amd64',
  'busybox-static',
  'dropbear-bin',
  'base-files',
  'coreutils',
  'cpio',
  'dash',
  'dosfstools',
  'gzip',
  'kmod',
  'mtools',
  'qemu-utils',
  'sed',
  'syslinux',
  'xz-utils',
];

export interface GuestBuild {
  readonly suite: string;
  /** Text of a deb822 sources file. */
  readonly sources: string;
  readonly aptOptions: readonly string[];
}

/** The command that builds into `directory`, with packages kept in `packagesDirectory`. */
export function guestBuildCommand(of: GuestBuild, directory: string, packagesDirectory: string): string[] {
  return [
    'sh',
    '-c',
    build,
    'holdfast-guest-image',
    directory,
    packagesDirectory,
    of.suite,
    guestPackages.join(','),
    buildInside,
    of.sources,
    ...guestFiles.flatMap(({ path, mode, text }) => [path, mode, text]),
    '--',
    ...of.aptOptions.map((option) => `--aptopt=${option}`),
    ...aptAccessOptions(false),
  ];
}

/** All that decides on the bytes, but for the suite and the versions that the sources hold just now. */
export const guestScriptText = JSON.stringify([guestPackages, buildInside, build, guestFiles]);
