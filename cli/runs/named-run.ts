// SPDX-License-Identifier: Apache-2.0
// Finds the run that a person names: by its id the newest, with --run an earlier one. Reads only.
import { operationTypes } from '../../workflows/operations/index.ts';
import { nearestName } from '../../workflows/contracts/run/nearest-name.ts';
import type { CommandOption, Options } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { RunDescription, TemporalClient } from '../temporal/temporal-client.ts';

export const earlierRunOption: CommandOption = {
  flags: '--run <run>',
  text: 'an earlier run of this id, by the end of its run id as op list ID shows it',
  group: 'Run',
};

/** How much of a run id people see: ids of runs that begin one after another differ at their end. */
export const shownRun = (runId: string): string => runId.slice(-8);

/** How many runs of one id, or of all, are looked through. */
const countMax = 200;

/** The newest run of the id, or with --run the one named. @throws CliError (exit 2) naming what is near, or the runs */
export async function namedRun(
  client: TemporalClient,
  id: string,
  options: Options,
): Promise<RunDescription> {
  const wanted = options['run'];
  if (typeof wanted !== 'string') {
    const newest = await client.describe(id);
    if (newest !== null) return newest;
    throw await noSuchRun(client, id);
  }
  const runs = await client.runsOf(id, countMax);
  if (runs.length === 0) throw await noSuchRun(client, id);
  const [found, ...others] = runs.filter(({ runId }) => runId === wanted || runId.endsWith(wanted));
  if (found !== undefined && others.length === 0) return (await client.describe(id, found.runId)) ?? found;
  throw new CliError(
    'usage',
    `${found === undefined ? 'No run' : 'More than one run'} of ${id} ends in ${wanted}`,
    {
      details: runs.map(({ runId, startedAt, status }) => `${shownRun(runId)}  ${startedAt}  ${status}`),
      next: `holdfast op list ${id}`,
    },
  );
}

async function noSuchRun(client: TemporalClient, id: string): Promise<CliError> {
  const known = (await client.list(operationTypes, countMax)).map((run) => run.id);
  const near = nearestName(id, [...new Set(known)]);
  return new CliError('usage', `There is no run ${id}`, {
    details: near === undefined ? [] : [`Did you mean ${near}?`],
    next: 'holdfast op list',
  });
}
