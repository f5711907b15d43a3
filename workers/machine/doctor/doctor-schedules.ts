// SPDX-License-Identifier: Apache-2.0
// Whether scheduled runs begin. Asks Temporal where it runs, and says nothing where it does not: another finding does.
import { causeLine } from '../../../activities/clients/failure.ts';
import { missedSince, overdueSchedules } from '../../embedded/looks/overdue-schedules.ts';
import type { SuperviseSettings } from '../../embedded/supervise-settings.ts';
import { status } from '../../embedded/supervise-status.ts';
import { connectionSettings } from '../../embedded/temporal/connection-settings.ts';
import { withConnection } from '../../embedded/temporal/service.ts';
import type { Finding } from './finding.ts';

const what = 'schedules';

export async function scheduleFindings(settings: SuperviseSettings): Promise<Finding[]> {
  const { environment, stateDirectory } = settings;
  if ((await status(settings)).temporal.state === 'stopped') return [];
  try {
    const { connectionOptions, namespace } = await connectionSettings({ ...environment }, stateDirectory);
    const overdue = await withConnection(connectionOptions, (connection) =>
      overdueSchedules(connection, namespace, Date.now()),
    );
    if (overdue.length === 0) return [{ level: 'ok', what, found: 'no scheduled run is overdue' }];
    return overdue.map((schedule) => {
      const found = `runs of ${schedule.id} are overdue: ${missedSince(schedule)}`;
      return { level: 'wrong', what, found, next: `holdfast schedule trigger ${schedule.id}` };
    });
  } catch (error) {
    return [{ level: 'wrong', what, found: `cannot be read: ${causeLine(error)}`, next: 'holdfast up' }];
  }
}
