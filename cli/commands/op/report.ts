// SPDX-License-Identifier: Apache-2.0
// `holdfast op report`: writes all that is known of a run as JSON and as one HTML page. Changes no run.
import { join } from 'node:path';
import { evidenceOf } from '../../records/box-records.ts';
import { resultOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { earlierRunOption, namedRun } from '../../runs/named-run.ts';
import { lookAt } from '../../runs/look.ts';
import { isObserving } from '../../../workflows/operations/index.ts';
import { withRunningTemporal } from '../../local/open-temporal.ts';
import { closedOutcome, isParked, parkedOutcome } from '../../runs/outcome.ts';
import { namesOf } from '../../runs/progress-sources.ts';
import { recordedInput } from '../../runs/step-history.ts';
import { specOfRun } from '../../report/run-spec.ts';
import { runReport, type RunReport } from '../../report/run-report.ts';
import { reportPage } from '../../views/page/report-page.ts';
import { runIdArgument } from '../../runs/answer-step.ts';
import { writeReport } from '../../report/write-report.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const opReport: Command = {
  words: ['op', 'report'],
  summary: 'write what a run did as JSON and as one HTML page',
  arguments: [runIdArgument],
  options: [
    earlierRunOption,
    { flags: '--folder <path>', text: 'where to write (default: here)', group: 'Output' },
    ...resultOptions('print the JSON on stdout, write no file'),
  ],
  examples: ['op report install-box/local-box', 'op report install-box/local-box --folder reports'],
  run: (context, [id = ''], options) =>
    withRunningTemporal(context, async ({ client }) => {
      const { io } = context;
      const { runId: named } = await namedRun(client, id, options);
      const look = await lookAt(client, { id, runId: named }, null, io.now());
      const { runId, status, type } = look.run;
      const parked = isParked(look) ? parkedOutcome(look) : null;
      const outcome = status === 'running' ? parked : await closedOutcome(client, look);
      const activities = await client.activitiesOf(id, runId);
      const answers = await client.answersOf(id, runId);
      // The table knows its box; the id of a scheduled run has a suffix.
      const subject = recordedInput(activities)?.subject ?? namesOf(id).subject;
      const evidence = await evidenceOf(context, subject);
      const looks = isObserving(type);
      const spec = await specOfRun(context, client, look.run);
      const report = runReport({
        look,
        outcome,
        looks,
        activities,
        answers,
        evidence,
        spec,
        now: io.now(),
      });
      if (isForPrograms(options)) {
        writeDocument(io, options, report);
        return exitCodes.done.code;
      }
      const folder = io.absolute(typeof options['folder'] === 'string' ? options['folder'] : '.');
      const path = join(folder, fileName(report));
      await writeReport(io, `${path}.json`, `${JSON.stringify(report, null, 2)}\n`);
      await writeReport(io, `${path}.html`, reportPage(report, await io.version()));
      io.stdout.write(`${path}.html\n${path}.json\n`);
      return exitCodes.done.code;
    }),
};

/** Two runs of one id do not overwrite each other's report: `install-box-lab-20260105T120000Z`. */
function fileName({ id, startedAt }: RunReport): string {
  const safe = id.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return `${safe}-${startedAt.replaceAll(/[-:]|\.\d+/g, '')}`;
}
