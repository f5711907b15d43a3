// SPDX-License-Identifier: Apache-2.0
// `holdfast up`: starts what is dead and says where everything is.
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { superviseEvents, type SupervisorEvent } from '../supervisor.ts';
import { aligned } from '../views/columns.ts';

export const up: Command = {
  words: ['up'],
  summary: 'start Temporal and the worker, whichever is dead',
  arguments: [],
  options: [{ flags: '--json', text: 'print one JSON document on stdout', group: 'Output' }],
  examples: ['up'],
  run: async ({ io, stateDirectory }, _, options) => {
    const events = await superviseEvents(io, 'up', (event) => {
      const line = lineOf(event);
      if (line !== null) io.stderr.write(`${line}\n`);
    });
    const ready = events.find((event) => event.type === 'ready');
    if (ready?.type !== 'ready') return exitCodes.bug.code;
    const { address, namespace, mode, uiUrl } = ready;
    if (options['json'] === true) {
      io.stdout.write(`${JSON.stringify({ address, namespace, mode, uiUrl, stateDirectory }, null, 2)}\n`);
      return exitCodes.done.code;
    }
    const cells = [
      ['Temporal', `${address} (${mode}, namespace ${namespace})`],
      ...(uiUrl === undefined ? [] : [['UI', uiUrl]]),
      ['state', stateDirectory],
    ];
    for (const line of aligned(cells)) io.stdout.write(`${line}\n`);
    return exitCodes.done.code;
  },
};

function lineOf(event: SupervisorEvent): string | null {
  if (event.type === 'progress') return event.text;
  if (event.type === 'started') return `started ${event.what} (pid ${event.pid})`;
  if (event.type === 'already-running') return `${event.what} runs already (pid ${event.pid})`;
  return null;
}
