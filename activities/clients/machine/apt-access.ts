// SPDX-License-Identifier: Apache-2.0
// Options of mmdebstrap by which a build fetches as this machine's apt does: through its proxies, with its logins.
import { quote } from '../../hosts/shell-words.ts';
import aptAccess from './apt-access.sh';

const hook = (when: 'lend' | 'take'): string => `sh -c ${quote(aptAccess)} apt-access "$1" ${when}`;

/** `runsHooksAtEnd` is false for a build whose root is removed whole: mmdebstrap runs no later hook in it. */
export function aptAccessOptions(runsHooksAtEnd = true): string[] {
  return [`--setup-hook=${hook('lend')}`, ...(runsHooksAtEnd ? [`--customize-hook=${hook('take')}`] : [])];
}
