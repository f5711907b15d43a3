// SPDX-License-Identifier: Apache-2.0
// `holdfast canary report`: all kept runs of a cloud as one HTML page. Asks neither Temporal nor the cloud.
import { join } from 'node:path';
import { parseSamples } from '../../../workflows/contracts/canary/canary.schema.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { resultOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { canaryPage } from '../../views/page/canary-page.ts';
import { writeReport } from '../../report/write-report.ts';
import { cloudArgument, cloudOf } from './run.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const canaryReport: Command = {
  words: ['canary', 'report'],
  summary: 'write how the canaries of a cloud did as one HTML page',
  arguments: [cloudArgument],
  options: [
    { flags: '--output <file>', text: 'where to write (default: canary-CLOUD.html here)', group: 'Output' },
    ...resultOptions('print the runs on stdout, write no file'),
  ],
  examples: ['canary report local-box-test', 'canary report local-box-test --output canary.html'],
  run: async ({ io, stateDirectory }, [name = ''], options) => {
    const cloud = cloudOf(name);
    const path = join(stateDirectory, 'canaries', `${cloud}.ndjson`);
    const runs = parseSamples((await io.readText(path)) ?? '');
    if (runs.length === 0)
      throw new CliError('failed', `No canary of ${cloud} is kept in ${path}`, {
        next: `holdfast canary run ${cloud}`,
      });
    if (isForPrograms(options)) {
      writeDocument(io, options, runs);
      return exitCodes.done.code;
    }
    const named = options['output'];
    const output = io.absolute(typeof named === 'string' ? named : `canary-${cloud}.html`);
    await writeReport(
      io,
      output,
      canaryPage(cloud, runs, { version: await io.version(), writtenAt: new Date(io.now()).toISOString() }),
    );
    io.stdout.write(`${output}\n`);
    return exitCodes.done.code;
  },
};
