// SPDX-License-Identifier: Apache-2.0
// How people reach the cloud, the proof that it serves them, and the record of it all.
import { publicPaths } from '../../contracts/authority/public-certificate.ts';
import type { ServiceName } from '../../contracts/box/box-spec.ts';
import { guestImageName } from '../../contracts/box/guest-image.ts';
import { testCloudOf, throughputMegabytesMinDefault } from '../../contracts/canary/canary.ts';
import type { WireguardAccess } from '../../ports/access.ts';
import { call, effect } from '../../ports/index.ts';
import { certificatesOf } from '../certificates.ts';
import { publicPortsOf, type BoxPlan } from '../plan.ts';
import type { Steps } from '../calls.ts';
import { tunnelledNetworks } from '../wireguard/files.ts';
import { lastHostStep } from '../nova/steps.ts';
import { seedImage, seedNetwork, testProject } from '../seeds/steps.ts';

export function accessSteps(plan: BoxPlan): Steps {
  const { box, spec, publicAuthUrl } = plan;
  const tunnels = tunnelsOf(plan);
  const access = {
    box,
    authUrl: publicAuthUrl,
    region: spec.region,
    clouds: cloudsOf(plan),
    ...(plan.authority !== null && { root: plan.authority.root }),
    ...(tunnels !== null && { wireguard: tunnels }),
  };
  const reach = reachOf(plan);
  const externalNetwork =
    plan.externalNetwork === null
      ? null
      : { box, cidr: plan.externalNetwork.cidr, link: plan.externalNetwork.link };
  return {
    // Also without an address: what a spec no longer names would else be handed on for ever.
    reach: {
      title:
        reach.address === null && tunnels === null
          ? 'Reached by this machine alone'
          : 'Reached by an address of this machine',
      after: ['boot'],
      ...effect('observeReach', 'forwardReach', reach),
    },
    ...(externalNetwork !== null && {
      'external-network': {
        title: 'Outer network routed by this machine',
        after: ['boot'],
        ...effect('observeExternalNetwork', 'routeExternalNetwork', externalNetwork),
      },
    }),
    access: {
      title: 'Access files written',
      after: ['spec', 'secrets', 'certificate-authority'],
      ...effect('observeAccess', 'writeAccess', access),
    },
    token: {
      title: 'Token issued from outside',
      after: ['keystone.catalog', 'access', 'reach', ...(plan.authority === null ? [] : ['public.served'])],
      // HAProxy needs some seconds to see a program that was restarted.
      settleSeconds: 30,
      observe: call('observeToken', { box, cloud: `${box}-admin` }),
    },
    ...(reach.address !== null && {
      outside: {
        title: 'Reached by other machines',
        after: ['token'],
        observe: call('observeOutside', { ...reach, address: reach.address }),
      },
    }),
  };
}

function tunnelsOf(plan: BoxPlan): WireguardAccess | null {
  const { wireguard } = plan.spec.access;
  if (wireguard === undefined) return null;
  const { address, endpoint = address, port } = wireguard;
  return { key: plan.wireguardKey, endpoint, port, networks: tunnelledNetworks(plan) };
}

function reachOf(plan: BoxPlan) {
  const { box, spec } = plan;
  const target = spec.networks.management.address;
  const address = spec.access.address === target ? null : (spec.access.address ?? null);
  const { wireguard } = spec.access;
  const tunnel = wireguard === undefined ? null : { address: wireguard.address, port: wireguard.port };
  return { box, address, target, ports: publicPortsOf(plan), ...(tunnel !== null && { tunnel }) };
}

function cloudsOf({ box, spec, adminPassword, testPassword }: BoxPlan) {
  const admin = { username: 'admin', domain: 'Default', project: 'admin', password: adminPassword };
  const test = { username: 'test', domain: testProject, project: testProject, password: testPassword };
  const clouds = [{ name: `${box}-admin`, ...admin }];
  return spec.seeds.test === null ? clouds : [...clouds, { name: testCloudOf(box), ...test }];
}

/** With real guests a whole run: a server that answers; else one that a fake hypervisor says is active. */
export function canarySteps(plan: BoxPlan): Steps {
  const canary = {
    box: plan.box,
    cloud: testCloudOf(plan.box),
    image: plan.hasGuests ? guestImageName : seedImage,
    network: seedNetwork,
    flavor: 'SCS-1L-1',
    specDigest: plan.specDigest,
    ...(plan.hasGuests && {
      guestRun: { cloud: testCloudOf(plan.box), throughputMegabytesMin: throughputMegabytesMinDefault },
    }),
  };
  return {
    canary: {
      title: plan.hasGuests
        ? 'A guest answered a plain user'
        : 'A server started and stopped as a plain user',
      ...(plan.hasGuests && { profile: 'command' as const }),
      after: [
        'token',
        'seeds.users',
        'seeds.flavors',
        'seeds.image',
        'seeds.network',
        'seeds.quotas',
        lastHostStep(plan),
        'nova.scheduler',
        plan.profile.neutron.programs === null ? 'neutron.service' : 'neutron.rpc',
        ...(plan.spec.services.includes('volume') ? ['cinder.pools'] : []),
        ...(plan.hasGuests
          ? ['nova.metadata', 'neutron.metadata-agent', 'ovn.floating-ips', 'external-network']
          : []),
      ],
      ...effect('observeCanary', 'runCanary', canary),
    },
  };
}

export function evidenceSteps(plan: BoxPlan): Steps {
  const { box, spec, profile, authorityPath } = plan;
  const certificates = [
    ...certificatesOf(plan).map(({ id, certificatePath: path }) => ({ id, path })),
    ...(plan.authority === null ? [] : [{ id: 'public', path: publicPaths.chain }]),
  ];
  const versionedIn = (service: ServiceName): string =>
    profile.apis[service].package ?? profile.apis[service].name;
  const services = ['postgresql', ...spec.services.map(versionedIn)];
  const evidence = { box, release: spec.release, services, authorityPath, certificates };
  return {
    evidence: {
      title: 'Versions, expiries and times recorded',
      ...effect('observeEvidence', 'recordEvidence', evidence),
    },
  };
}
