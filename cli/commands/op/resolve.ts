// SPDX-License-Identifier: Apache-2.0
// `holdfast op resolve`: answers a parked step: try again, skip, end the run.
import { answerOptions, answerStep, runIdArgument } from '../../runs/answer-step.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { Command, Options } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { waitsForPerson } from '../../../workflows/contracts/run/progress.ts';

const becomes = {
  retry: 'will be tried again',
  skip: 'is skipped',
  abort: 'stays as it is and ends the run',
} as const;

type Action = keyof typeof becomes;
const actions = Object.keys(becomes) as Action[];

export const opResolve: Command = {
  words: ['op', 'resolve'],
  summary: 'answer a parked step: try again, skip it, or end the run',
  arguments: [runIdArgument],
  options: [
    { flags: '--retry', text: 'try it again: what was wrong is mended', group: 'Answer' },
    { flags: '--skip', text: 'go on without it, where the step allows that', group: 'Answer' },
    { flags: '--abort', text: 'end the run; what is true already stays', group: 'Answer' },
    ...answerOptions,
  ],
  examples: [
    'op resolve install-box/local-box --retry',
    'op resolve install-box/local-box --step token --abort --reason "wrong network"',
  ],
  run: async (context, [id = ''], options) => {
    const action = actionOf(options);
    await answerStep(context, id, options, {
      waits: 'is parked',
      becomes: () => becomes[action],
      isOne: waitsForPerson,
      answer: () => Promise.resolve({ action }),
    });
    return exitCodes.done.code;
  },
};

function actionOf(options: Options): Action {
  const [action, ...others] = actions.filter((candidate) => options[candidate] === true);
  if (action !== undefined && others.length === 0) return action;
  throw new CliError('usage', 'Name exactly one answer: --retry, --skip or --abort');
}
