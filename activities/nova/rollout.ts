// SPDX-License-Identifier: Apache-2.0
// Whether every program of Nova is of the new release, and what Nova itself says of its state. Only looks.
import type { NovaPort } from '../../workflows/ports/cloud/nova.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/postgres/sql.ts';
import { observing } from '../step-scope.ts';

/** @source nova-status: 0 all is well, 1 warnings, 2 failures; 255 it broke */
const passing = [0, 1];

export function rolloutActivities({
  inside,
}: Clients): Pick<NovaPort, 'observeRollout' | 'observeUpgradeCheck'> {
  return {
    observeRollout: observing(async ({ box, database, serviceVersion }) => {
      const rows = await query(
        inside(box),
        database,
        `SELECT host, "binary", version FROM services WHERE deleted = 0 AND version < ${serviceVersion} ORDER BY 1, 2`,
      );
      return rows.map(([host = '', program = '', version = '']) => ({
        what: `${program} on ${host}`,
        have: `service version ${version}`,
        want: `at least ${serviceVersion}: restart it with the new release`,
      }));
    }),
    observeUpgradeCheck: observing(async ({ box }) => {
      const asNova = ['setpriv', '--reuid=nova', '--regid=nova', '--init-groups', '--'];
      const check = [...asNova, 'nova-status', 'upgrade', 'check'];
      const { exitCode, stdout } = await inside(box).run(check, { timeoutSeconds: 120 });
      if (passing.includes(exitCode)) return [];
      const failed = failedChecks(stdout);
      return failed.length > 0
        ? failed
        : [{ what: 'nova-status upgrade check', have: `exit code ${exitCode}`, want: 'passed' }];
    }),
  };
}

/** The boxes of the printed table whose result is a failure. */
function failedChecks(stdout: string): { what: string; have: string; want: string }[] {
  return stdout
    .split(/^\+-+\+$/m)
    .filter((box) => /\|\s*Result:\s*Failure/.test(box))
    .map((box) => {
      const lines = box.split('\n').map((line) => line.replace(/^\|\s*|\s*\|$/g, '').trim());
      const details = lines.slice(lines.findIndex((line) => line.startsWith('Details:'))).join(' ');
      return {
        what: lines.find((line) => line.startsWith('Check:')) ?? 'check',
        have: details,
        want: 'passed',
      };
    });
}
