// SPDX-License-Identifier: Apache-2.0
// Glance, Placement, Neutron with OVN: configured, migrated, answering.
import { loginPluginPath } from '../../contracts/credentials/credential.ts';
import type { ServiceName } from '../../contracts/box/box-spec.ts';
import type { DatabaseDriver } from '../../contracts/database/database-driver.ts';
import type { MetadefsArgs } from '../../ports/cloud/seeds.ts';
import type { FileArgs } from '../../ports/host.ts';
import { effect } from '../../ports/index.ts';
import { glanceFiles } from '../glance/files.ts';
import { floatingIpFiles, floatingIpUnit } from '../ovn/files.ts';
import { neutronFiles, physicalNetwork } from './files.ts';
import { placementFiles } from '../placement/files.ts';
import type { BoxPlan } from '../plan.ts';
import { fileCalls, schemaStep, unitStep, type Steps } from '../calls.ts';

/** Where an API answers without HAProxy. */
export function healthUrlOf({ profile }: BoxPlan, service: ServiceName): string {
  const { backendPort, healthPath } = profile.apis[service];
  return `http://127.0.0.1:${backendPort}${healthPath}`;
}

interface SimpleService {
  readonly service: ServiceName;
  readonly title: string;
  readonly files: readonly FileArgs[];
  readonly driver: DatabaseDriver;
}

/**
 * A service that needs its database and nothing else to start: Keystone is asked at the first request. It comes
 * after Keystone all the same: Debian's unit wants Keystone's, which systemd would start before its own step starts it again.
 */
function simpleSteps(plan: BoxPlan, { service, title, files, driver }: SimpleService): Steps {
  const { name, unit, user } = plan.profile.apis[service];
  const healthUrl = healthUrlOf(plan, service);
  return {
    [`${name}.config`]: {
      title: `${title} configured`,
      after: ['boot', 'secrets'],
      ...fileCalls(plan.box, files),
    },
    [`${name}.schema`]: {
      title: `${title} schema at its heads`,
      after: ['postgres.databases', `${name}.config`, 'certificates'],
      ...schemaStep(plan, driver),
    },
    [`${name}.service`]: {
      title: `${title} answering`,
      after: [`${name}.schema`, 'keystone.service', 'credentials.files'],
      ...unitStep(plan, { unit, files, pairs: [user], reads: [loginPluginPath], healthUrl }),
    },
  };
}

export const glanceSteps = (plan: BoxPlan): Steps => ({
  ...simpleSteps(plan, {
    service: 'image',
    title: 'Glance',
    files: glanceFiles(plan),
    driver: plan.profile.drivers.glance,
  }),
  'glance.metadefs': {
    title: 'Metadata definitions of Glance loaded',
    after: ['glance.schema'],
    profile: 'command',
    exclusive: ['db:glance'],
    skippable: true,
    ...effect('observeMetadefs', 'loadMetadefs', metadefsOf(plan)),
  },
});

/** @source glance-common of Debian 12 and 13 has them there, where glance-manage looks by default */
const metadefsOf = ({ box }: BoxPlan): MetadefsArgs => ({
  box,
  folder: '/etc/glance/metadefs',
  argv: ['glance-manage', 'db_load_metadefs'],
  user: 'glance',
});

export const placementSteps = (plan: BoxPlan): Steps =>
  simpleSteps(plan, {
    service: 'placement',
    title: 'Placement',
    files: placementFiles(plan),
    driver: plan.profile.drivers.placement,
  });

const externalBridge = 'br-ex';

export function switchSteps(plan: BoxPlan): Steps {
  const settings = {
    box: plan.box,
    hostname: plan.box,
    datapath: 'probe' as const,
    bridgeMappings: { [physicalNetwork]: externalBridge },
    ...(plan.externalNetwork !== null && { ports: { ext0: externalBridge } }),
  };
  const unit = (name: string) => unitStep(plan, { unit: `${name}.service`, files: [] });
  return {
    'ovn.switch': { title: 'Open vSwitch running', after: ['boot'], ...unit('openvswitch-switch') },
    'ovn.central': { title: 'OVN databases running', after: ['boot'], ...unit('ovn-central') },
    'ovn.host': {
      title: 'OVN controller running',
      after: ['ovn.switch', 'ovn.central'],
      ...unit('ovn-host'),
    },
    'ovn.settings': {
      title: 'Bridges and connections of OVN',
      settleSeconds: 30,
      ...effect('observeSwitch', 'configureSwitch', settings),
    },
    ...(plan.externalNetwork !== null && {
      'ovn.floating-config': {
        title: 'Floating IPs configured',
        after: ['boot'],
        ...fileCalls(plan.box, floatingIpFiles),
      },
      'ovn.floating-ips': {
        title: 'Floating IPs reached by guests',
        after: ['ovn.floating-config', 'ovn.settings'],
        ...unitStep(plan, { unit: floatingIpUnit, files: floatingIpFiles }),
      },
    }),
  };
}

export function neutronSteps(plan: BoxPlan): Steps {
  const files = neutronFiles(plan);
  const { programs } = plan.profile.neutron;
  const steps = simpleSteps(plan, {
    service: 'network',
    title: 'Neutron',
    files,
    driver: plan.profile.drivers.neutron,
  });
  const { 'neutron.service': api, ...before } = steps;
  const stands = ['neutron.schema', 'ovn.settings', 'rabbitmq.users', 'credentials.files'];
  return {
    ...before,
    ...(programs !== null && {
      'neutron.rpc': {
        title: 'Neutron RPC server running',
        after: stands,
        ...unitStep(plan, { unit: programs.rpc.unit, files, pairs: ['neutron'], reads: [loginPluginPath] }),
      },
      'neutron.maintenance': {
        title: 'Maintenance of OVN running',
        after: stands,
        ...unitStep(plan, {
          unit: programs.maintenance.unit,
          files,
          pairs: ['neutron'],
          reads: [loginPluginPath],
        }),
      },
    }),
    ...(api !== undefined && { 'neutron.service': { ...api, after: stands } }),
  };
}
