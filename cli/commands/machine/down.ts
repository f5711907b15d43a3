// SPDX-License-Identifier: Apache-2.0
// `holdfast down`: stops the worker and the embedded Temporal. Boxes go on.
import type { Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { superviseEvents } from '../../local/supervisor.ts';

export const down: Command = {
  words: ['down'],
  summary: 'stop the worker and the embedded Temporal; boxes go on',
  arguments: [],
  options: [],
  examples: ['down'],
  run: async ({ io }) => {
    const events = await superviseEvents(io, 'down', (event) => {
      if (event.type === 'progress') io.stderr.write(`${event.text}\n`);
      if (event.type === 'stopped') io.stderr.write(`stopped ${event.what} (pid ${event.pid})\n`);
    });
    if (!events.some(({ type }) => type === 'stopped')) io.stderr.write('nothing was running\n');
    return exitCodes.done.code;
  },
};
