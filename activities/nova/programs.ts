// SPDX-License-Identifier: Apache-2.0
// What Nova's database remembers of programs that stand still. Starts and stops none.
import type { NovaPort } from '../../workflows/ports/cloud/nova.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/postgres/sql.ts';
import { applying, observing } from '../step-scope.ts';

export function programActivities({ inside }: Clients): Pick<NovaPort, 'observePrograms' | 'forgetPrograms'> {
  return {
    observePrograms: observing(async ({ box, database, oldestServiceVersion }) => {
      const rows = await query(
        inside(box),
        database,
        `SELECT host, "binary", version FROM services WHERE deleted = 0 AND version < ${oldestServiceVersion} ORDER BY 1, 2`,
      );
      return rows.map(([host = '', program = '', version = '']) => ({
        what: `${program} on ${host}`,
        have: `service version ${version}`,
        want: `at least ${oldestServiceVersion}`,
      }));
    }),
    // Not removed: a compute host whose record is gone is a new one to Nova, and refused for the node that it has.
    forgetPrograms: applying(async ({ box, database, oldestServiceVersion }) => {
      await query(
        inside(box),
        database,
        `UPDATE services SET version = ${oldestServiceVersion} WHERE deleted = 0 AND version < ${oldestServiceVersion}`,
      );
      return undefined;
    }),
  };
}
