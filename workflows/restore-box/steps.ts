// SPDX-License-Identifier: Apache-2.0
// RestoreBox as a table: look at the dump, keep the present state, stop, put back, start. Pure.
import type { BoxSpec } from '../contracts/box-spec.ts';
import { table } from '../contracts/build-table.ts';
import type { CompiledRow } from '../contracts/table.ts';
import { databasesOf, planBox, unitsOf, type InstallFacts } from '../install-box/plan.ts';
import { call } from '../ports/index.ts';

export function restoreBoxRows(spec: BoxSpec, dump: string, facts: InstallFacts): CompiledRow[] {
  const plan = planBox(spec, facts);
  const databases = databasesOf(plan);
  const wanted = { box: plan.box, dump, databases };
  const present = { box: plan.box, databases };
  const units = { box: plan.box, databases, units: unitsOf(plan) };
  return table({
    intact: {
      ...{ title: 'Dump is whole', onFailure: 'fail' },
      observe: call('observeDumpIntact', wanted),
    },
    present: {
      ...{ title: 'Present state dumped first', profile: 'command', exclusive: ['db:dump'] },
      ...{ observe: call('observeDump', present), apply: call('takeDump', present) },
    },
    stopped: {
      ...{ title: 'Services stopped', settleSeconds: 60 },
      ...{ observe: call('observeServicesStopped', units), apply: call('stopServices', units) },
    },
    databases: {
      ...{ title: 'Databases put back', profile: 'command', exclusive: ['db:restore'] },
      ...{ observe: call('observeRestored', wanted), apply: call('restoreDatabases', wanted) },
    },
    started: {
      ...{ title: 'Services started', settleSeconds: 90 },
      ...{ observe: call('observeServicesStarted', units), apply: call('startServices', units) },
    },
  });
}
