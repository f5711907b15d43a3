// SPDX-License-Identifier: Apache-2.0
// The steps up to a running box with certificates: what every service stands on.
import type { ImageArgs } from '../../ports/box.ts';
import { call } from '../../ports/index.ts';
import { certificatesOf } from '../certificates.ts';
import type { BoxPlan, InstallFacts, OuterNetwork } from '../plan.ts';
import { nameFiles } from './files.ts';
import { fileCalls, type Steps } from '../calls.ts';
import { guestImageSteps, guestImageSource } from '../guests/steps.ts';

/** MiB that must be free. @source a box with Keystone alone took 300 MB and an image of 860 MB; the whole plane 3.3 GB */
const sizes = {
  identity: { diskFreeMebibytesMin: 2500, memoryMebibytesMin: 1024 },
  whole: { diskFreeMebibytesMin: 6000, memoryMebibytesMin: 4096 },
  // The plane takes 3.6 GiB with one guest of 250 MiB; QEMU and libvirt are 600 MB of the image.
  guests: { diskFreeMebibytesMin: 7000, memoryMebibytesMin: 6144 },
  // Three more programs, and packages of 60 MB.
  volumes: { diskFreeMebibytesMin: 500, memoryMebibytesMin: 512 },
} as const;

function imageArgs(
  { box, recipe, packages, profile, unitsShippedDisabled }: BoxPlan,
  sources: InstallFacts['sources'],
): ImageArgs {
  const { suite, generatorsMasked } = profile;
  return {
    box,
    recipe,
    suite,
    packages,
    unitsShippedDisabled,
    generatorsMasked,
    sources: sources.text,
    aptOptions: sources.aptOptions,
  };
}

export function foundationSteps(plan: BoxPlan, facts: InstallFacts): Steps {
  const { sources } = facts;
  const { spec, box, recipe, packages } = plan;
  const root = { box, recipe, suite: plan.profile.suite, packages };
  const image = imageArgs(plan, sources);
  const preflight = { ...root, ...preflightArgs(plan), sources: sources.releases };
  const power = powerArgs(plan);
  const authority = { box, commonName: `holdfast ${box} CA`, lifetimeDays: 3650 };
  const secrets = { box, references: referencesOf(plan) };
  const certificates = {
    box,
    authorityPath: plan.authorityPath,
    lifetimeDays: spec.certificates.lifetimeDays,
    certificates: certificatesOf(plan),
  };
  return {
    preflight: {
      title: 'This machine can hold the box',
      onFailure: 'fail',
      observe: call('observePreflight', preflight),
    },
    spec: {
      title: 'Spec recorded',
      observe: call('observeSpec', { spec }),
      apply: call('recordSpec', { spec }),
    },
    secrets: {
      title: 'Secrets generated',
      observe: call('observeSecrets', secrets),
      apply: call('generateSecrets', secrets),
    },
    'certificate-authority': {
      title: 'Certificate authority of the box',
      after: ['spec'],
      observe: call('observeAuthority', authority),
      apply: call('createAuthority', authority),
    },
    image: {
      title: 'Debian image built',
      after: ['spec'],
      profile: 'build',
      cancel: 'kill',
      exclusive: ['image'],
      observe: call('observeImage', image),
      apply: call('buildImage', image),
    },
    root: {
      title: 'Root file system prepared',
      after: ['secrets', 'certificate-authority', 'image'],
      profile: 'command',
      exclusive: ['power'],
      observe: call('observeRoot', root),
      apply: call('prepareRoot', root),
    },
    ...(plan.hasGuests && { ...guestImageSteps(plan, facts), ...hypervisorSteps(plan, facts) }),
    boot: {
      title: 'Box booted',
      profile: 'command',
      exclusive: ['power'],
      settleSeconds: 120,
      observe: call('observePower', power),
      apply: call('bootBox', power),
    },
    names: { title: 'Names of the box known inside', ...fileCalls(box, nameFiles(plan)) },
    certificates: {
      title: 'Certificates issued',
      after: ['boot'],
      observe: call('observeCertificates', certificates),
      apply: call('issueCertificates', certificates),
    },
  };
}

function preflightArgs({ spec, outer, link, hasGuests }: BoxPlan) {
  return {
    link,
    management: spec.networks.management,
    processorsMin: 1,
    access: spec.access,
    ...(outer !== null && { outer: { cidr: outer.cidr, link: outer.link } }),
    ...sizeOf(spec, hasGuests),
  };
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

function powerArgs({ box, link, spec, prefix, outer }: BoxPlan) {
  const { address, gateway } = spec.networks.management;
  return { box, link, address, gateway, prefix, ...(outer !== null && { outer: linkOf(outer) }) };
}

function referencesOf(plan: BoxPlan) {
  const tenants = plan.spec.seeds.test === null ? [] : [plan.testPassword, plan.testManagerPassword];
  return [
    plan.adminPassword,
    ...plan.serviceUsers.map(plan.servicePassword),
    ...tenants,
    ...(plan.hasGuests ? [plan.metadataSecret] : []),
    ...(plan.spec.services.includes('dashboard') ? [plan.dashboardKey] : []),
  ];
}

const linkOf = ({ link, gateway, prefix }: OuterNetwork) => ({ link, gateway, prefix });

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
      observe: call('observeHypervisor', proof),
      apply: call('proveHypervisor', proof),
    },
  };
}
