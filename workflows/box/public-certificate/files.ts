// SPDX-License-Identifier: Apache-2.0
// The files of a box whose certificate an authority issues: ACME client, root, and what HAProxy has beside the rest. Pure.
import {
  challengePath,
  challengePort,
  publicPaths,
  type IssuingAuthority,
} from '../../contracts/authority/public-certificate.ts';
import { acmeDirectory } from '../../contracts/authority/server.ts';
import type { FileArgs } from '../../ports/host.ts';
import { file } from '../file.ts';

/** Trusts nothing but the pinned root. */
export function clientFiles({ names, root }: IssuingAuthority): FileArgs[] {
  const { client, configuration } = publicPaths;
  return [
    { path: publicPaths.root, mode: '644', owner: 'root', group: 'root', content: root },
    file(configuration, 'root', '644', [
      `CA="${acmeDirectory(names)}"`,
      `BASEDIR="${client}"`,
      `WELLKNOWN="${client}/web${challengePath.replace(/\/$/, '')}"`,
      `CURL_OPTS="--cacert ${publicPaths.root} --noproxy * --max-time 30"`,
      'CHALLENGETYPE="http-01"',
      // Understood by every TLS library, as those of the box's own authority.
      'KEY_ALGO="prime256v1"',
      'IP_VERSION="4"',
    ]),
  ];
}

/** HAProxy does not start without the folder. It ignores a file whose name begins with a dot. */
export const folderFile = (): FileArgs =>
  file(`${publicPaths.folder}/.holdfast`, 'root', '644', [
    '# Certificates with their keys, read by HAProxy.',
  ]);

/** Hands challenges on to the ACME client, and nothing else: port 80 is open on the management network alone. */
export const challengeSections = (address: string): string[] => [
  '',
  'frontend acme',
  `  bind ${address}:80`,
  `  http-request deny deny_status 404 unless { path_beg ${challengePath} }`,
  '  default_backend acme',
  '',
  'backend acme',
  `  server acme 127.0.0.1:${challengePort}`,
];
