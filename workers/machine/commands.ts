// SPDX-License-Identifier: Apache-2.0
// The commands of the machine's program by name. Each says what it did in one `result` line.
import { EmbeddedError } from '../embedded/embedded-error.ts';
import type { SuperviseEvent } from '../embedded/supervise-events.ts';
import type { SuperviseSettings } from '../embedded/supervise-settings.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';

export type MachineEvent = SuperviseEvent | { readonly type: 'result'; readonly data: unknown };

export interface MachineSurroundings {
  readonly settings: SuperviseSettings;
  readonly userId: number;
  readonly emit: (event: MachineEvent) => void;
  /** All that was handed over on stdin: where a passphrase comes from. */
  readonly stdin: () => Promise<string>;
}

type MachineCommand = (words: readonly string[], surroundings: MachineSurroundings) => Promise<unknown>;

const commands: Readonly<Record<string, MachineCommand>> = {
  backup: async ([path = ''], { settings, stdin }) => backUp(settings.stateDirectory, path, await stdin()),
  restore: async ([path = '', how], { settings, userId, stdin, emit }) =>
    restore({ settings, userId, emit, path, passphrase: await stdin(), replace: how === 'replace' }),
};

/** @throws EmbeddedError */
export async function runMachineCommand(
  name: string,
  words: readonly string[],
  surroundings: MachineSurroundings,
): Promise<void> {
  const command = commands[name];
  if (command === undefined) {
    throw new EmbeddedError(
      'PreconditionFailed',
      `Unknown command ${JSON.stringify(name)}; nothing was done`,
      `Use one of: ${Object.keys(commands).join(', ')}`,
    );
  }
  surroundings.emit({ type: 'result', data: await command(words, surroundings) });
}
