// SPDX-License-Identifier: Apache-2.0
// InstallBox as a table, in the order of execution; a chapter per system in rows/. Pure: a spec and facts in, rows out.
import type { BoxSpec } from '../contracts/box-spec.ts';
import { table } from '../contracts/build-table.ts';
import type { CompiledRow } from '../contracts/table.ts';
import { planBox, type InstallFacts } from './plan.ts';
import { accessRows, canaryRows, evidenceRows } from './rows/access.ts';
import { dashboardRows } from './rows/dashboard.ts';
import { foundationRows } from './rows/foundation.ts';
import { catalogRows, haproxyRows, keystoneRows } from './rows/identity.ts';
import { guestImageSource } from './rows/guest.ts';
import { vendorImageRows } from './rows/images.ts';
import { novaRows } from './rows/nova.ts';
import { flavorRows, imageRows, projectRows, userRows } from './rows/seeds.ts';
import { glanceRows, neutronRows, placementRows, switchRows } from './rows/services.ts';
import { cinderRows } from './rows/cinder.ts';
import { postgresRows, rabbitmqRows } from './rows/stores.ts';

export function installBoxRows(spec: BoxSpec, facts: InstallFacts): CompiledRow[] {
  const plan = planBox(spec, facts);
  const { test } = spec.seeds;
  const has = (service: BoxSpec['services'][number]): boolean => spec.services.includes(service);
  return table({
    ...foundationRows(plan, facts),
    ...postgresRows(plan),
    ...(plan.hasBroker && rabbitmqRows(plan)),
    ...keystoneRows(plan),
    ...haproxyRows(plan),
    ...catalogRows(plan),
    ...(has('image') && glanceRows(plan)),
    ...(has('placement') && placementRows(plan)),
    ...(has('network') && { ...switchRows(plan), ...neutronRows(plan) }),
    ...(has('compute') && novaRows(plan)),
    ...(has('dashboard') && dashboardRows(plan)),
    ...(has('volume') && cinderRows(plan)),
    ...(has('compute') && flavorRows(plan)),
    ...(has('image') && imageRows(plan, plan.hasGuests ? guestImageSource(plan, facts) : null)),
    ...vendorImageRows(plan),
    ...(test !== null && userRows(plan)),
    ...(test !== null && has('compute') && projectRows(plan, test)),
    ...accessRows(plan),
    ...(test !== null && has('compute') && canaryRows(plan)),
    ...evidenceRows(plan),
  });
}
