// SPDX-License-Identifier: Apache-2.0
// `holdfast op answer`: shows what a step asks, and answers it field by field. The run judges the values.
import { answerOptions, answerStep, runIdArgument } from '../../runs/answer-step.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { Command, CommandContext, Options } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { oneLine } from '../../views/text/failure-text.ts';
import { questionLines } from '../../views/text/question-text.ts';
import type { StepProgress } from '../../../workflows/contracts/run/progress.ts';
import { isForPrograms } from '../../terminal/output-format.ts';

export const opAnswer: Command = {
  words: ['op', 'answer'],
  summary: 'answer what a step asks of a person',
  arguments: [runIdArgument],
  options: [
    {
      flags: '--field <name=value>',
      text: 'a field of the answer, no secret; once for each field',
      group: 'Answer',
      isRepeatable: true,
    },
    ...answerOptions,
  ],
  examples: ['op answer issue-ca/lab/2 --step token.root --field serial=12345678'],
  run: async (context, [id = ''], options) => {
    const given = fieldsOf(options);
    await answerStep(context, id, options, {
      waits: 'asks anything',
      becomes: () => 'is answered',
      isOne: ({ question }) => question !== undefined,
      answer: async (step) => ({ action: 'answer', data: await answered(context, options, step, given) }),
    });
    return exitCodes.done.code;
  },
};

/** Field by field as given. @throws CliError (exit 2) */
function fieldsOf(options: Options): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const text of [options['field'] ?? []].flat()) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(String(text)) ?? [];
    if (name === '') throw new CliError('usage', `--field takes NAME=VALUE, not ${String(text)}`);
    if (fields.has(name)) throw new CliError('usage', `--field names ${name} twice`);
    fields.set(name, value);
  }
  return fields;
}

/** What was given, and on a terminal what is typed for the other fields. @throws CliError (exit 2) when a field is left */
async function answered(
  { io }: CommandContext,
  options: Options,
  { id, status, question, ...step }: StepProgress,
  given: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, string>>> {
  if (question === undefined) throw new CliError('usage', `Step ${id} asks nothing: it is ${status}`);
  for (const line of questionLines({ id, ...step }, question, io.now())) io.stderr.write(`${line}\n`);
  const names = Object.keys(question.fields);
  const unknown = [...given.keys()].find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new CliError('usage', `Step ${id} asks for no ${unknown}; nothing was answered`);
  const mayAsk = io.stdinIsTty && io.stderr.isTty && !isForPrograms(options) && !io.environment['CI'];
  const data: Record<string, string> = {};
  for (const [name, { label }] of Object.entries(question.fields)) {
    const value = given.get(name) ?? (mayAsk ? await io.ask(`${oneLine(label)}: `) : null);
    if (value === null)
      throw new CliError('usage', `The field ${name} is missing; nothing was answered`, {
        details: [`--field ${name}=VALUE: ${oneLine(label)}`],
      });
    data[name] = value;
  }
  return data;
}
