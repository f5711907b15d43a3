// SPDX-License-Identifier: Apache-2.0
// `holdfast backup`: one encrypted file with all that adopts the live boxes again. Asks no Temporal.
import { resultOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { askMachine } from '../../local/machine.ts';
import { passphraseFor, passphraseOption } from '../../terminal/passphrase.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

interface BackupResult {
  readonly path: string;
  readonly boxes: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

export const backup: Command = {
  words: ['backup'],
  summary: 'write secrets, authorities and specs into one encrypted file',
  arguments: [{ name: 'file', text: 'the file to write; it must not be there yet' }],
  options: [passphraseOption, ...resultOptions()],
  examples: ['backup boxes.age', 'backup boxes.age --passphrase-file /root/passphrase'],
  run: async (context, [file = ''], options) => {
    const { io } = context;
    const passphrase = await passphraseFor(context, options, 'new');
    const result = await askMachine<BackupResult>(io, ['backup', io.absolute(file)], passphrase);
    const { path, boxes, files, bytes } = result;
    if (isForPrograms(options)) writeDocument(io, options, result);
    else {
      const what = boxes.length === 0 ? 'no box' : `box ${boxes.join(', ')}`;
      io.stderr.write(`Saved ${what}: ${files} files, ${bytes} bytes; it was read back and is whole\n`);
      io.stderr.write('Keep the file and its passphrase apart; together they open every box in it\n');
      io.stdout.write(`${path}\n`);
    }
    return exitCodes.done.code;
  },
};
