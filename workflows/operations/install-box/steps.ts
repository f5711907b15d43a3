// SPDX-License-Identifier: Apache-2.0
// InstallBox as a table, in the order of execution; a chapter per system in rows/. Pure: a spec and facts in, rows out.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledRow } from '../../contracts/run/table.ts';
import { planBox, type InstallFacts } from '../../box/plan.ts';
import { accessRows, canaryRows, evidenceRows } from '../../box/access/steps.ts';
import { credentialSteps, loginPluginSteps } from '../../box/credentials/steps.ts';
import { dashboardRows } from '../../box/horizon/steps.ts';
import { foundationRows } from '../../box/foundation/steps.ts';
import { catalogRows, haproxyRows, keystoneRows } from '../../box/keystone/steps.ts';
import { guestImageSource } from '../../box/guests/steps.ts';
import { vendorImageRows } from '../../box/glance/vendor-images.ts';
import { novaRows } from '../../box/nova/steps.ts';
import { flavorRows, imageRows, projectRows, userRows } from '../../box/seeds/steps.ts';
import { glanceRows, neutronRows, placementRows, switchRows } from '../../box/neutron/steps.ts';
import { cinderRows } from '../../box/cinder/steps.ts';
import { postgresRows, rabbitmqRows } from '../../box/postgres/steps.ts';

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
    ...(plan.serviceUsers.length > 0 && { ...loginPluginSteps(plan), ...credentialSteps(plan) }),
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
