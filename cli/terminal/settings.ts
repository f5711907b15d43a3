// SPDX-License-Identifier: Apache-2.0
// Where the state lies and how the tool is called, read off the surroundings. Reads no file.
import { dirname, isAbsolute, join } from 'node:path';
import type { Io } from './io.ts';

/** The state directory: HOLDFAST_STATE, else /var/lib/holdfast for root, else the XDG folder.
 * @source XDG base directory specification: a relative XDG path is to be ignored */
export function stateDirectoryOf(io: Io): string {
  const named = io.environment['HOLDFAST_STATE'];
  if (named) return io.absolute(named);
  if (io.userId === 0) return '/var/lib/holdfast';
  const base = io.environment['XDG_STATE_HOME'];
  return join(base && isAbsolute(base) ? base : join(io.homeDirectory, '.local/state'), 'holdfast');
}

/** How a person calls the tool from here: in a clone, npm runs it. */
export function programNameOf(io: Io): string {
  return io.environment['npm_command'] === undefined ? 'holdfast' : 'npx holdfast';
}

/** A text with the commands and the files of holdfast in it as a person can type them here. */
export function typed(io: Io, text: string): string {
  return text
    .replaceAll(/(?<![\w/.:-])holdfast(?= [a-z])/g, programNameOf(io))
    .replaceAll(/(?<![\w/.:-])(?=(?:examples|docs)\/[\w-]+\.(?:yaml|md))/g, ownFolder(io));
}

/** What a path of holdfast's own files begins with: nothing in a clone, the folder of the package elsewhere. */
function ownFolder(io: Io): string {
  const folder = dirname(io.programs[1]);
  return io.absolute('.') === folder ? '' : `${folder}/`;
}
