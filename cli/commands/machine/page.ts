// SPDX-License-Identifier: Apache-2.0
// `holdfast page`: one HTML page over all boxes, clouds, authorities and mirrors. Starts nothing.
import { resultOptions, type Command } from '../../command.ts';
import { withTemporalIfThere } from '../../local/open-temporal.ts';
import { overviewOf } from '../../records/overview.ts';
import { writeReport } from '../../report/write-report.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { overviewPage } from '../../views/page/overview-page.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const page: Command = {
  words: ['page'],
  summary: 'write one HTML page: who must act, boxes, canaries, what ends when, what runs next',
  arguments: [],
  options: [
    {
      flags: '--output <file>',
      text: 'where to write; - is stdout (default: holdfast.html here)',
      group: 'Output',
    },
    ...resultOptions('print the same as JSON, write no file'),
  ],
  examples: ['page', 'page --output /srv/www/holdfast.html'],
  run: async (context, _, options) => {
    const { io } = context;
    const overview = await withTemporalIfThere(context, (client) => overviewOf(context, client));
    if (isForPrograms(options)) {
      writeDocument(io, options, overview);
      return exitCodes.done.code;
    }
    const text = overviewPage(overview, io.now());
    const named = options['output'];
    if (named === '-') io.stdout.write(text);
    else {
      const output = io.absolute(typeof named === 'string' ? named : 'holdfast.html');
      await writeReport(io, output, text);
      io.stdout.write(`${output}\n`);
    }
    return exitCodes.done.code;
  },
};
