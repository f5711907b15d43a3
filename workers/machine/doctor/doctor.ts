// SPDX-License-Identifier: Apache-2.0
// Looks this machine over: can it hold boxes, do our processes run, who holds what. Changes nothing.
import type { SuperviseSettings } from '../../embedded/supervise-settings.ts';
import { boxFindings } from './doctor-boxes.ts';
import { machineFindings } from './doctor-machine.ts';
import { processFindings, stateFindings } from './doctor-processes.ts';
import { scheduleFindings } from './doctor-schedules.ts';
import type { Finding } from './finding.ts';

export async function examine(settings: SuperviseSettings, userId: number): Promise<Finding[]> {
  const groups = await Promise.all([
    machineFindings(settings),
    stateFindings(settings, userId),
    processFindings(settings),
    scheduleFindings(settings),
    boxFindings(settings),
  ]);
  return groups.flat();
}
