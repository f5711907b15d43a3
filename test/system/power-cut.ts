// SPDX-License-Identifier: Apache-2.0
// Cuts the power of a box where `<state>/power-cuts/` says so: the end of its systemd-nspawn. Each cut happens once and is logged.
import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { supervisorOf } from '../../activities/hosts/local-box.ts';

/** Name of the file that plans a cut: `<step>.<before|during|after|seen>`; the test makes it, the cut removes it. */
export const powerCutPlan = (state: string, moment: string): string => join(state, 'power-cuts', moment);

/** What was cut, a line each: milliseconds since 1970 and the moment. */
export const powerCutLog = (state: string): string => join(state, 'power-cuts.log');

/** Nothing when no cut is planned for this moment, or the box is off. */
export async function cutPowerIfPlanned(state: string, box: string, moment: string): Promise<void> {
  const plan = powerCutPlan(state, moment);
  if (!existsSync(plan)) return;
  const supervisor = await supervisorOf(box);
  // Another watch may have come here while this one looked.
  if (supervisor === null || !existsSync(plan)) return;
  rmSync(plan);
  process.kill(supervisor, 'SIGKILL');
  appendFileSync(powerCutLog(state), `${Date.now()} ${moment}\n`);
}
