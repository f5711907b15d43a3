// SPDX-License-Identifier: Apache-2.0
// `holdfast op cancel`: asks a run to end and waits until it has. What is true already stays.
import { CliError } from '../../terminal/cli-error.ts';
import { watchOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { namedRun } from '../../runs/named-run.ts';
import { isObserving } from '../../../workflows/operations/index.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { rendererFor } from '../../views/live/choose-renderer.ts';
import { watchRun } from '../../runs/watch-run.ts';
import { runIdArgument } from '../../runs/answer-step.ts';

export const opCancel: Command = {
  words: ['op', 'cancel'],
  summary: 'ask an operation to end and wait until it has',
  arguments: [runIdArgument],
  options: [{ flags: '--detach', text: 'do not wait (exit 8)', group: 'Run' }, ...watchOptions],
  examples: ['op cancel install-box/local-box'],
  run: (context, [id = ''], options) =>
    withTemporal(context, async (open) => {
      const { io } = context;
      const found = await namedRun(open.client, id, {});
      if (found.status !== 'running')
        throw new CliError('usage', `${id} does not run: it is ${found.status}`);
      await open.client.cancel(id, found.runId);
      io.stderr.write(`Asked ${id} to end; commands that run are waited for\n`);
      if (options['detach'] === true) return exitCodes.running.code;
      const run = { id, runId: found.runId, type: found.type, how: 'watching' } as const;
      const outcome = await watchRun(
        context,
        open,
        run,
        rendererFor(io, options, isObserving(run.type)),
        'cancelling',
      );
      // The end that was asked for is no failure.
      return outcome.kind === 'cancelled' ? exitCodes.done.code : outcome.exitCode;
    }),
};
