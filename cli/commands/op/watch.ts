// SPDX-License-Identifier: Apache-2.0
// `holdfast op watch`: watches a run to its end, or shows the end of one that is over.
import { watchOptions, type Command } from '../../command.ts';
import { earlierRunOption, namedRun } from '../../runs/named-run.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import { namesOf } from '../../runs/progress-sources.ts';
import { watchToEnd } from '../../runs/run-operation.ts';
import { printInstalled } from '../box/install.ts';
import { runIdArgument } from '../../runs/answer-step.ts';

export const opWatch: Command = {
  words: ['op', 'watch'],
  summary: 'watch an operation; Ctrl-C leaves it running',
  arguments: [runIdArgument],
  options: [earlierRunOption, ...watchOptions],
  examples: ['op watch install-box/local-box'],
  run: (context, [id = ''], options) =>
    withRunningTemporal(context, async (open) => {
      const found = await namedRun(open.client, id, options);
      const run = { id, runId: found.runId, type: found.type, how: 'watching' } as const;
      const isInstall = found.type === operations.installBox.type;
      const { subject } = namesOf(id);
      return watchToEnd(context, options, open, run, async (ready) => {
        if (isInstall) await printInstalled(context, subject, ready);
      });
    }),
};
