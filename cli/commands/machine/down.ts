// SPDX-License-Identifier: Apache-2.0
// `holdfast down`: stops the worker and the embedded Temporal. Boxes go on.
import { quietOption, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { superviseEvents } from '../../local/supervisor.ts';

export const down: Command = {
  words: ['down'],
  summary: 'stop the worker and the embedded Temporal; boxes go on',
  arguments: [],
  options: [quietOption],
  examples: ['down'],
  run: async ({ io }, _, { quiet: isQuiet }) => {
    const say = (text: string): void => {
      if (isQuiet !== true) io.stderr.write(`${text}\n`);
    };
    const events = await superviseEvents(io, 'down', (event) => {
      if (event.type === 'progress') say(event.text);
      if (event.type === 'stopped') say(`stopped ${event.what} (pid ${event.pid})`);
    });
    if (!events.some(({ type }) => type === 'stopped')) say('nothing was running');
    return exitCodes.done.code;
  },
};
