// SPDX-License-Identifier: Apache-2.0
// DumpBox as a table: a new dump, then only as many as are kept. Pure.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { databasesOf, planBox, type InstallFacts } from '../../box/plan.ts';
import { effect } from '../../ports/index.ts';

export function dumpBoxSteps(spec: BoxSpec, facts: InstallFacts): CompiledStep[] {
  const plan = planBox(spec, facts);
  const dump = { box: plan.box, databases: databasesOf(plan) };
  const retention = { box: plan.box, keep: spec.dumps.keep };
  return table({
    dump: {
      title: 'Databases dumped',
      profile: 'command',
      exclusive: ['db:dump'],
      ...effect('observeDump', 'takeDump', dump),
    },
    retention: {
      title: 'Old dumps removed',
      ...effect('observeRetention', 'removeOldDumps', retention),
    },
  });
}
