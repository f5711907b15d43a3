// SPDX-License-Identifier: Apache-2.0
// Builds the tables that migrate databases of a box, and those that only show how they stand.
import type { BoxSpec, NamedBoxInput } from '../../../workflows/contracts/box/box-spec.ts';
import type {
  DatabaseService,
  MigrateDatabaseInput,
} from '../../../workflows/contracts/database/database-driver.ts';
import { planBox, type InstallFacts } from '../../../workflows/box/plan.ts';
import { operations } from '../../../workflows/operations/index.ts';
import {
  databaseStatusRows,
  migrateDatabaseRows,
} from '../../../workflows/operations/migrate-database/steps.ts';
import { migrateNovaRows, novaStatusRows } from '../../../workflows/operations/migrate-nova/steps.ts';
import { invalid } from '../inputs.ts';
import { installRows, ofRecordedBox } from './box.ts';
import { factsOf, recordedSpec, toldOf, type Build } from './build.ts';

const ofNova = (rowsOf: typeof migrateNovaRows): Build<NamedBoxInput> =>
  ofRecordedBox(async (spec) => {
    if (spec.services.includes('compute')) return rowsOf(spec, await installRows(spec), await factsOf(spec));
    const message = `Box ${spec.name} has no service compute: there is no Nova in it`;
    throw invalid([{ path: 'name', message }]);
  });

/** Of one service that has a driver, in a recorded box that has it. */
const ofDatabase =
  (rowsOf: typeof migrateDatabaseRows): Build<MigrateDatabaseInput> =>
  async ({ name, takeOver, service }, stateDirectory) => {
    const spec = await recordedSpec(stateDirectory, name);
    const facts = await factsOf(spec);
    const refusal = databaseRefusal(spec, service, facts);
    if (refusal !== null) throw invalid([{ path: 'service', message: refusal }]);
    const rows = rowsOf(spec, service, facts);
    const input = { spec, service };
    return { subject: name, rows, lease: name, takeOver, input, notify: toldOf(spec) };
  };

function databaseRefusal(spec: BoxSpec, service: DatabaseService, facts: InstallFacts): string | null {
  if (service === 'nova') return `Nova has cells of its own: holdfast nova migrate ${spec.name}`;
  const driver = facts.profile.drivers[service];
  if (driver === undefined) return `Boxes of ${spec.release} have no driver of ${service}`;
  const { packages } = planBox(spec, facts);
  if (driver.packages.some((each) => packages.includes(each))) return null;
  const next = `name ${driver.packages[0] ?? ''} under packages of its spec, then holdfast box install FILE`;
  return `Box ${spec.name} has no ${driver.title}; ${next}`;
}

export const databaseBuilds = {
  [operations.migrateNova.slug]: ofNova(migrateNovaRows),
  [operations.novaStatus.slug]: ofNova(novaStatusRows),
  [operations.migrateDatabase.slug]: ofDatabase(migrateDatabaseRows),
  [operations.databaseStatus.slug]: ofDatabase(databaseStatusRows),
};
