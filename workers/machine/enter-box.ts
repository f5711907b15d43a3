// SPDX-License-Identifier: Apache-2.0
// How a person enters a live box: the words that run a shell or a command in it. Runs nothing itself.
import { Failure } from '../../activities/clients/failure.ts';
import { insideBox, leaderOf } from '../../activities/hosts/local-box.ts';

export interface EnterRequest {
  readonly box: string;
  /** Words of a command; none: a login shell. */
  readonly command: readonly string[];
  /** A person types: the shell gets a terminal of the box. */
  readonly isTerminal: boolean;
  /** Kind of the person's terminal, as TERM has it. */
  readonly terminal: string;
}

/** @throws Failure `PreconditionFailed` when the box is off */
export async function enterBox({ box, command, isTerminal, terminal }: EnterRequest): Promise<string[]> {
  const leader = await leaderOf(box);
  if (leader === null)
    throw new Failure('PreconditionFailed', `Box ${box} is off`, {
      on: `box ${box}`,
      hint: `holdfast box start ${box}`,
    });
  const environment = ['env', '--chdir=/root', `TERM=${terminal}`, 'HOME=/root', 'LANG=C.UTF-8'];
  const words = command.length > 0 ? command : ['bash', '--login'];
  if (!isTerminal) return insideBox(leader, [...environment, ...words]);
  // The terminal of this machine has no name inside; `script` makes one there, and passes the exit code on.
  const text = words.map(quoted).join(' ');
  return insideBox(leader, [...environment, 'script', '--quiet', '--return', '--command', text, '/dev/null']);
}

/** In single quotes, as a POSIX shell reads them. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
