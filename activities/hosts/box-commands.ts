// SPDX-License-Identifier: Apache-2.0
// The commands that boot a local box, switch it off, lay it on another image and remove its network. Runs none.
import boot from './scripts/boot.sh';
import bootInside from './scripts/boot-inside.sh';
import off from './scripts/off.sh';
import rebase from './scripts/rebase.sh';
import removeNetwork from './scripts/remove-network.sh';
import startOf from './scripts/start-of.sh';

type Command = (...args: readonly string[]) => string[];

/** Arguments: those of scripts/boot.sh behind the text. */
export const bootCommand: Command = (...args) => [
  'sh',
  '-c',
  startOf + boot,
  'holdfast-boot',
  startOf + bootInside,
  ...args,
];

/** Arguments: those of scripts/off.sh. */
export const offCommand: Command = (...args) => ['sh', '-c', off, 'holdfast-off', ...args];

/** Arguments: those of scripts/rebase.sh behind the text. */
export const rebaseCommand: Command = (...args) => ['sh', '-c', rebase, 'holdfast-rebase', off, ...args];

/** Arguments: those of scripts/remove-network.sh. */
export const removeNetworkCommand: Command = (...args) => ['sh', '-c', removeNetwork, 'holdfast', ...args];
