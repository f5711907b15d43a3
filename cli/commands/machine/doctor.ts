// SPDX-License-Identifier: Apache-2.0
// `holdfast doctor`: what is wrong with this machine, and the next command. Starts nothing.
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { askMachine } from '../../local/machine.ts';
import { findingLines, type Finding } from '../../views/text/doctor-text.ts';
import { paintFor } from '../../terminal/paint.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const doctor: Command = {
  words: ['doctor'],
  summary: 'name what is wrong with this machine, and what to do',
  arguments: [],
  options: outputOptions,
  examples: ['doctor', 'doctor --json'],
  run: async ({ io }, _, options) => {
    const findings = await askMachine<Finding[]>(io, ['doctor']);
    if (isForPrograms(options)) writeDocument(io, options, findings);
    else
      for (const line of findingLines(findings, io, paintFor(io, io.stdout, options)))
        io.stdout.write(`${line}\n`);
    const isWrong = findings.some(({ level }) => level === 'wrong');
    return isWrong ? exitCodes.failed.code : exitCodes.done.code;
  },
};
