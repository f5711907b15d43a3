// SPDX-License-Identifier: Apache-2.0
// The words of a command that runs where only the web server of the mirror is reached.
import { smokeNetwork } from '../../workflows/contracts/mirror/site-paths.ts';
import script from './scripts/in-namespace.sh';

/** The words of the command follow. One at a time in a box. */
export const inNamespace: readonly string[] = [
  'sh',
  '-c',
  script,
  'holdfast-namespace',
  smokeNetwork.server,
  smokeNetwork.client,
  String(smokeNetwork.prefix),
];
