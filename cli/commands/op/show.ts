// SPDX-License-Identifier: Apache-2.0
// `holdfast op show`: one run as it stands now, from the best source that answers.
import { recapOf } from '../../../workflows/contracts/run/progress.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { earlierRunOption, namedRun } from '../../runs/named-run.ts';
import { lookAt } from '../../runs/look.ts';
import { isObserving } from '../../../workflows/operations/index.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import { closedOutcome, parkedOutcome, isParked } from '../../runs/outcome.ts';
import { paintFor } from '../../terminal/paint.ts';
import { reportLines } from '../../views/text/report-text.ts';
import { showLines } from '../../views/text/show-text.ts';
import { runIdArgument } from '../../runs/answer-step.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const opShow: Command = {
  words: ['op', 'show'],
  summary: 'show one operation, step by step, as it stands now',
  arguments: [runIdArgument],
  options: [earlierRunOption, ...outputOptions],
  examples: ['op show install-box/local-box', 'op show install-box/local-box --run 3f2a9c0d'],
  run: (context, [id = ''], options) =>
    withRunningTemporal(context, async ({ client }) => {
      const { io } = context;
      const { runId: named } = await namedRun(client, id, options);
      const look = await lookAt(client, { id, runId: named }, null, io.now());
      const isOpen = look.run.status === 'running';
      const outcome = isOpen
        ? isParked(look)
          ? parkedOutcome(look)
          : null
        : await closedOutcome(client, look);
      const progress = outcome?.progress ?? look.progress;
      const report = outcome?.report;
      const paint = paintFor(io, io.stdout, options);
      if (isForPrograms(options)) {
        const { runId, type, status, startedAt, closedAt } = look.run;
        const recap = recapOf(progress?.steps ?? []);
        const failure = outcome?.failure ?? progress?.failure;
        const facts = {
          id,
          runId,
          workflow: type,
          status,
          phase: progress?.phase,
          startedAt,
          closedAt,
          note: look.note,
        };
        writeDocument(io, options, { ...facts, recap, failure, progress, report });
      } else if (report !== undefined && isObserving(look.run.type)) {
        for (const line of reportLines(report, paint)) io.stdout.write(`${line}\n`);
      } else {
        for (const line of showLines({ ...look, progress }, outcome, io, paint)) io.stdout.write(`${line}\n`);
      }
      return exitCodes.done.code;
    }),
};
