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
  databaseStatusSteps,
  migrateDatabaseSteps,
} from '../../../workflows/operations/migrate-database/steps.ts';
import { migrateNovaSteps, novaStatusSteps } from '../../../workflows/operations/migrate-nova/steps.ts';
import { invalid } from '../inputs.ts';
import { installSteps, ofRecordedBox } from './box.ts';
import { factsOf, recordedSpec, toldOf, type Build } from './build.ts';

const ofNova = (stepsOf: typeof migrateNovaSteps): Build<NamedBoxInput> =>
  ofRecordedBox(async (spec, stateDirectory) => {
    if (spec.services.includes('compute'))
      return stepsOf(spec, await installSteps(spec, stateDirectory), await factsOf(spec, stateDirectory));
    const message = `Box ${spec.name} has no service compute: there is no Nova in it`;
    throw invalid([{ path: 'name', message }]);
  });

/** Of one service that has a driver, in a recorded box that has it. */
const ofDatabase =
  (stepsOf: typeof migrateDatabaseSteps): Build<MigrateDatabaseInput> =>
  async ({ name, takeOver, service }, stateDirectory) => {
    const spec = await recordedSpec(stateDirectory, name);
    const facts = await factsOf(spec, stateDirectory);
    const refusal = databaseRefusal(spec, service, facts);
    if (refusal !== null) throw invalid([{ path: 'service', message: refusal }]);
    const steps = stepsOf(spec, service, facts);
    const input = { spec, service };
    return { subject: name, steps, lease: name, takeOver, input, notify: toldOf(spec) };
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
  [operations.migrateNova.slug]: ofNova(migrateNovaSteps),
  [operations.novaStatus.slug]: ofNova(novaStatusSteps),
  [operations.migrateDatabase.slug]: ofDatabase(migrateDatabaseSteps),
  [operations.databaseStatus.slug]: ofDatabase(databaseStatusSteps),
};
