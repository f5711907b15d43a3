// SPDX-License-Identifier: Apache-2.0
// `holdfast schedule apply`: makes the schedules of all that is recorded as their specs say. Touches no other schedule.
import { schedulePrefix } from '../../../workflows/contracts/box/schedules.ts';
import { recordedAuthoritySpecs, type RecordedAuthorities } from '../../records/authority-records.ts';
import { recordedSpecs, type RecordedSpecs } from '../../records/box-records.ts';
import { recordedMirrors, type RecordedMirrors } from '../../records/mirror-records.ts';
import { recordedClouds, type RecordedClouds } from '../../records/cloud-records.ts';
import { resultOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import type { ScheduleBook, ScheduleState } from '../../temporal/schedule-client.ts';
import {
  authorityScheduleId,
  authoritySchedulesOf,
  cloudScheduleId,
  cloudSchedulesOf,
  scheduleChanges,
  mirrorScheduleIds,
  mirrorSchedulesOf,
  scheduleIds,
  boxSchedulesOf,
  type ScheduleChange,
} from '../../records/desired-schedules.ts';
import { changeLines } from '../../views/text/schedule-text.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const scheduleApply: Command = {
  words: ['schedule', 'apply'],
  summary: 'make the schedules of all that is recorded as the specs say',
  arguments: [],
  options: [{ flags: '--plan', text: 'only show what would change', group: 'Plan' }, ...resultOptions()],
  examples: ['schedule apply', 'schedule apply --plan'],
  run: (context, _, options) =>
    withTemporal(context, async ({ client }) => {
      const { io } = context;
      const recorded = await recordedSpecs(context);
      const mirrors = await recordedMirrors(context);
      const authorities = await recordedAuthoritySpecs(context);
      const clouds = await recordedClouds(context);
      const changes = await changesFor({ recorded, mirrors, authorities, clouds }, client.schedules);
      if (options['plan'] !== true) for (const change of changes) await carryOut(client.schedules, change);
      if (isForPrograms(options)) {
        const told = changes.map(({ kind, id, desired }) => ({
          kind,
          id,
          everySeconds: desired?.everySeconds,
        }));
        writeDocument(io, options, told);
      } else if (changes.length === 0) io.stderr.write('Nothing is recorded, and no schedule is there\n');
      else for (const line of changeLines(changes)) io.stdout.write(`${line}\n`);
      const damaged = [...recorded.damaged, ...mirrors.damaged, ...authorities.damaged, ...clouds.damaged];
      for (const { error } of damaged) io.stderr.write(`${error.lines().join('\n')}\n`);
      return damaged.length === 0 ? exitCodes.done.code : exitCodes.failed.code;
    }),
};

interface Everything {
  readonly recorded: RecordedSpecs;
  readonly mirrors: RecordedMirrors;
  readonly authorities: RecordedAuthorities;
  readonly clouds: RecordedClouds;
}

/** What a damaged record wants is not known: the schedules of its subject stay as they are. */
async function changesFor(
  { recorded, mirrors, authorities, clouds }: Everything,
  book: ScheduleBook,
): Promise<ScheduleChange[]> {
  const unknown = new Set([
    ...recorded.damaged.flatMap(({ name }) => scheduleIds(name)),
    ...mirrors.damaged.flatMap(({ name }) => mirrorScheduleIds(name)),
    ...authorities.damaged.map(({ name }) => authorityScheduleId(name)),
    ...clouds.damaged.map(({ name }) => cloudScheduleId(name)),
  ]);
  const wanted = [
    ...recorded.specs.flatMap(boxSchedulesOf),
    ...mirrors.specs.flatMap(mirrorSchedulesOf),
    ...authorities.specs.flatMap(authoritySchedulesOf),
    ...clouds.specs.flatMap(cloudSchedulesOf),
  ];
  // Asked by id as well: a list may lag behind what was made a moment ago.
  const ids = new Set([...(await book.ids(schedulePrefix)), ...wanted.map(({ id }) => id)]);
  for (const id of unknown) ids.delete(id);
  const states = await Promise.all([...ids].sort().map((id) => book.describe(id)));
  return scheduleChanges(
    wanted,
    states.filter((state): state is ScheduleState => state !== null),
  );
}

async function carryOut(book: ScheduleBook, { kind, id, desired }: ScheduleChange): Promise<void> {
  if (kind === 'remove') await book.remove(id);
  else if (kind === 'create' && desired !== undefined) await book.create(desired);
  else if (kind === 'update' && desired !== undefined) await book.update(desired);
}
