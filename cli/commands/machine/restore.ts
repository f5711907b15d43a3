// SPDX-License-Identifier: Apache-2.0
// `holdfast restore`: puts a backup into an empty state directory, so that the next install adopts the live boxes.
import { resultOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { askMachine } from '../../local/machine.ts';
import { passphraseFor, passphraseOption } from '../../terminal/passphrase.ts';
import { clockText } from '../../terminal/time-text.ts';
import { typed } from '../../terminal/settings.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

interface RestoreResult {
  readonly boxes: readonly string[];
  readonly files: number;
  readonly createdAt: string;
  readonly movedTo?: string;
}

export const restore: Command = {
  words: ['restore'],
  summary: 'put a backup into an empty state directory',
  arguments: [{ name: 'file', text: 'the file that backup wrote' }],
  options: [
    { flags: '--replace', text: 'move what the state holds aside first', group: 'Run' },
    passphraseOption,
    ...resultOptions(),
  ],
  examples: ['restore boxes.age', 'restore boxes.age --passphrase-file /root/passphrase'],
  run: async (context, [file = ''], options) => {
    const { io } = context;
    const passphrase = await passphraseFor(context, options, 'known');
    const how = options['replace'] === true ? ['replace'] : [];
    const words = ['restore', io.absolute(file), ...how];
    const result = await askMachine<RestoreResult>(io, words, passphrase);
    const { boxes, files, createdAt, movedTo } = result;
    if (isForPrograms(options)) writeDocument(io, options, result);
    else {
      io.stderr.write(
        `Restored ${files} files of ${clockText(createdAt, io.now())} into ${context.stateDirectory}\n`,
      );
      if (movedTo !== undefined) io.stderr.write(`What was there before lies in ${movedTo}\n`);
      for (const box of boxes) io.stderr.write(`next: ${typed(io, `holdfast box install ${box}`)}\n`);
      io.stdout.write(boxes.map((box) => `${box}\n`).join(''));
    }
    return exitCodes.done.code;
  },
};
