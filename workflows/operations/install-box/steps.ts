// SPDX-License-Identifier: Apache-2.0
// InstallBox as a table, in the order of execution; a chapter per system in steps/. Pure: a spec and facts in, steps out.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { planBox, type InstallFacts } from '../../box/plan.ts';
import { accessSteps, canarySteps, evidenceSteps } from '../../box/access/steps.ts';
import { credentialSteps, loginPluginSteps } from '../../box/credentials/steps.ts';
import { dashboardSteps } from '../../box/horizon/steps.ts';
import { foundationSteps } from '../../box/foundation/steps.ts';
import { catalogSteps, haproxySteps, keystoneSteps } from '../../box/keystone/steps.ts';
import { guestImageSource } from '../../box/guests/steps.ts';
import { vendorImageSteps } from '../../box/glance/vendor-images.ts';
import { novaSteps } from '../../box/nova/steps.ts';
import { flavorSteps, imageSteps, projectSteps, userSteps } from '../../box/seeds/steps.ts';
import { glanceSteps, neutronSteps, placementSteps, switchSteps } from '../../box/neutron/steps.ts';
import { cinderSteps } from '../../box/cinder/steps.ts';
import { wireguardSteps } from '../../box/wireguard/steps.ts';
import { publicCertificateSteps } from '../../box/public-certificate/steps.ts';
import { postgresSteps, rabbitmqSteps } from '../../box/postgres/steps.ts';

/** `base`: SHA-256 of the only recorded spec that may be replaced; default: any. */
export function installBoxSteps(spec: BoxSpec, facts: InstallFacts, base?: string): CompiledStep[] {
  const plan = planBox(spec, facts);
  const { test } = spec.seeds;
  const has = (service: BoxSpec['services'][number]): boolean => spec.services.includes(service);
  return table({
    ...foundationSteps(plan, facts, base),
    ...postgresSteps(plan),
    ...(plan.hasBroker && rabbitmqSteps(plan)),
    ...keystoneSteps(plan),
    ...haproxySteps(plan),
    ...(plan.authority !== null && publicCertificateSteps(plan, plan.authority)),
    ...catalogSteps(plan),
    ...(plan.serviceUsers.length > 0 && { ...loginPluginSteps(plan), ...credentialSteps(plan) }),
    ...(has('image') && glanceSteps(plan)),
    ...(has('placement') && placementSteps(plan)),
    ...(has('network') && { ...switchSteps(plan), ...neutronSteps(plan) }),
    ...(has('compute') && novaSteps(plan)),
    ...(has('dashboard') && dashboardSteps(plan)),
    ...(has('volume') && cinderSteps(plan)),
    ...(has('compute') && flavorSteps(plan)),
    ...(has('image') && imageSteps(plan, plan.hasGuests ? guestImageSource(plan, facts) : null)),
    ...vendorImageSteps(plan),
    ...(test !== null && userSteps(plan)),
    ...(test !== null && has('compute') && projectSteps(plan, test)),
    ...(spec.access.wireguard !== undefined && wireguardSteps(plan, spec.access.wireguard)),
    ...accessSteps(plan),
    ...(test !== null && has('compute') && canarySteps(plan)),
    ...evidenceSteps(plan),
  });
}
