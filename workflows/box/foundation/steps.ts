// SPDX-License-Identifier: Apache-2.0
// What a box with OpenStack is made of, for the steps up to a running box.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { effect } from '../../ports/index.ts';
import { certificatesOf } from '../certificates.ts';
import { publicPortsOf, type BoxPlan, type InstallFacts } from '../plan.ts';
import type { Steps } from '../calls.ts';
import { guestImageSteps, guestImageSource } from '../guests/steps.ts';
import { baseSteps, type BoxBase } from './base.ts';

/** MiB that must be free. @source a box with Keystone alone took 300 MB and an image of 860 MB; the whole plane 3.3 GB */
const sizes = {
  identity: { diskFreeMebibytesMin: 2500, memoryMebibytesMin: 1024 },
  whole: { diskFreeMebibytesMin: 6000, memoryMebibytesMin: 4096 },
  // The plane takes 3.6 GiB with one guest of 250 MiB; QEMU and libvirt are 600 MB of the image.
  guests: { diskFreeMebibytesMin: 7000, memoryMebibytesMin: 6144 },
  // Three more programs, and packages of 60 MB.
  volumes: { diskFreeMebibytesMin: 500, memoryMebibytesMin: 512 },
} as const;

/** `base`: SHA-256 of the only recorded spec that may be replaced; default: any. */
export function foundationSteps(plan: BoxPlan, facts: InstallFacts, base?: string): Steps {
  const beforeBoot = plan.hasGuests
    ? { ...guestImageSteps(plan, facts), ...hypervisorSteps(plan, facts) }
    : {};
  return baseSteps(baseOf(plan, base), facts.sources, beforeBoot);
}

function baseOf(plan: BoxPlan, base: string | undefined): BoxBase {
  const { spec, box, recipe, packages, profile, unitsShippedDisabled, link, prefix, externalNetwork } = plan;
  return {
    box,
    spec: recording(spec, base),
    recipe,
    suite: profile.suite,
    packages,
    unitsShippedDisabled,
    generatorsMasked: profile.generatorsMasked,
    size: sizeOf(spec, plan.hasGuests),
    link,
    prefix,
    management: spec.networks.management,
    externalNetwork,
    access: spec.access,
    ...(plan.authority !== null && {
      neighbours: [{ address: plan.authority.address, names: plan.authority.names }],
    }),
    ports: publicPortsOf(plan),
    references: referencesOf(plan),
    authorityPath: plan.authorityPath,
    certificates: certificatesOf(plan),
    certificateDays: spec.certificates.lifetimeDays,
    content: { base: profile.base, hasGuests: plan.hasGuests },
  };
}

/** A spec that was made of another one than is recorded by now ends the run: no retry makes it right. */
function recording(spec: BoxSpec, base: string | undefined): BoxBase['spec'] {
  if (base === undefined) return effect('observeSpec', 'recordSpec', { spec });
  return { ...effect('observeSpec', 'recordSpec', { spec, base }), onFailure: 'fail' };
}

function sizeOf({ services }: BoxPlan['spec'], hasGuests: boolean) {
  const size = hasGuests ? sizes.guests : services.includes('compute') ? sizes.whole : sizes.identity;
  if (!services.includes('volume')) return size;
  const { diskFreeMebibytesMin, memoryMebibytesMin } = sizes.volumes;
  return {
    diskFreeMebibytesMin: size.diskFreeMebibytesMin + diskFreeMebibytesMin,
    memoryMebibytesMin: size.memoryMebibytesMin + memoryMebibytesMin,
  };
}

function referencesOf(plan: BoxPlan) {
  const tenants = plan.spec.seeds.test === null ? [] : [plan.testPassword, plan.testManagerPassword];
  return [
    plan.adminPassword,
    ...plan.serviceUsers.map(plan.servicePassword),
    ...tenants,
    ...(plan.hasGuests ? [plan.metadataSecret] : []),
    ...(plan.spec.services.includes('dashboard') ? [plan.dashboardKey] : []),
    ...(plan.spec.access.wireguard === undefined ? [] : [plan.wireguardKey]),
  ];
}

function hypervisorSteps(plan: BoxPlan, facts: InstallFacts): Steps {
  const { hypervisor = 'auto' } = plan.spec;
  const proof = {
    box: plan.box,
    guest: guestImageSource(plan, facts),
    wanted: hypervisor === 'fake' ? ('auto' as const) : hypervisor,
  };
  return {
    hypervisor: {
      title: 'Hypervisor proven by a guest',
      after: ['root', 'guest-image'],
      profile: 'command',
      cancel: 'kill',
      exclusive: ['power'],
      ...effect('observeHypervisor', 'proveHypervisor', proof),
    },
  };
}
