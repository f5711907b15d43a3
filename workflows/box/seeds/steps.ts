// SPDX-License-Identifier: Apache-2.0
// What the new cloud holds: flavors, an image, and a project that a person can use at once.
import { defaultVolumeLimits, type TestSeed } from '../../contracts/box/box-spec.ts';
import { guestImageName, type GuestImageSource } from '../../contracts/box/guest-image.ts';
import { effect } from '../../ports/index.ts';
import { physicalNetwork } from '../neutron/files.ts';
import { keystoneAccess, type BoxPlan } from '../plan.ts';
import type { Steps } from '../calls.ts';

export const testProject = 'test';
export const seedImage = 'Boot message';
export const seedNetwork = 'test';
/** Where floating IPs come from. */
const externalNetworkName = 'public';

export function flavorSteps(plan: BoxPlan): Steps {
  const flavors = { ...keystoneAccess(plan), flavors: plan.profile.flavors };
  return {
    'seeds.flavors': {
      title: 'Flavors of the standard',
      after: ['nova.service', 'keystone.users'],
      settleSeconds: 10,
      ...effect('observeFlavors', 'ensureFlavors', flavors),
    },
  };
}

/** With `guest` a Linux that answers, built by the step `guest-image`; else a boot sector for a hypervisor that runs nothing. */
export function imageSteps(plan: BoxPlan, guest: GuestImageSource | null = null): Steps {
  const after = ['glance.service', 'keystone.users'];
  const image =
    guest === null
      ? { name: seedImage, diskFormat: 'raw', minRamMebibytes: 64, properties: imageProperties }
      : { ...guestImage, guest };
  const args = { ...keystoneAccess(plan), minDiskGigabytes: 1, ...image };
  return {
    'seeds.image': {
      title: 'First image',
      settleSeconds: 10,
      after: guest === null ? after : [...after, 'guest-image'],
      ...effect('observeImageSeed', 'ensureImageSeed', args),
    },
  };
}

/** @source SCS-0102-v1: the properties that it checks; this image is not a distribution and is never replaced */
const imageProperties = {
  architecture: 'x86_64',
  os_distro: 'others',
  os_version: '1',
  os_purpose: 'minimal',
  hw_disk_bus: 'virtio',
  hw_rng_model: 'virtio',
  image_original_user: 'none',
  image_build_date: '2026-11-01',
  // A URL, or the word for an image that is to be had nowhere.
  image_source: 'private',
  replace_frequency: 'never',
  image_description: 'A boot sector that prints one line. Proves that a server starts.',
  provided_until: 'notice',
  uuid_validity: 'notice',
  hotfix_hours: '0',
};

/** @source 96 MiB: at 64 the kernel of 6.12-cloud never reached its first process */
const guestImage = {
  name: guestImageName,
  diskFormat: 'qcow2',
  minRamMebibytes: 96,
  properties: {
    ...imageProperties,
    image_original_user: 'root',
    hw_vif_model: 'virtio',
    image_description: 'A Linux of Debian packages without a disk of its own: DHCP, metadata, ssh, busybox.',
  },
};

export function userSteps(plan: BoxPlan): Steps {
  const { profile } = plan;
  const place = { domain: testProject, password: plan.testPassword };
  const users = {
    ...keystoneAccess(plan),
    users: [
      { ...place, name: 'test', project: testProject, roles: ['member'] },
      {
        ...place,
        name: 'test-manager',
        project: null,
        password: plan.testManagerPassword,
        roles: [profile.domainManagerRole],
      },
    ],
  };
  return {
    'seeds.users': {
      title: 'Users of the test project',
      after: ['keystone.catalog'],
      settleSeconds: 10,
      ...effect('observeUsers', 'ensureUsers', users),
    },
  };
}

export function projectSteps(plan: BoxPlan, seed: TestSeed): Steps {
  const owner = { project: testProject, domain: testProject };
  const { externalNetwork } = plan;
  const access = keystoneAccess(plan);
  const network = {
    ...access,
    owner,
    network: seedNetwork,
    router: 'test',
    subnet: { name: 'test', cidr: seed.cidr },
    outside:
      externalNetwork === null
        ? null
        : { network: externalNetworkName, cidr: externalNetwork.cidr, physicalNetwork },
  };
  const { volume = defaultVolumeLimits, ...limits } = seed.quotas;
  const hasVolumes = plan.spec.services.includes('volume');
  const quotas = { ...access, owner, ...limits, ...(hasVolumes && { volume }) };
  const rules = plan.profile.neutron.hasDefaultRuleTemplate ? access : { ...access, owner };
  return {
    'seeds.default-rules': {
      title: 'Default security group',
      after: ['neutron.service', 'keystone.users'],
      settleSeconds: 10,
      ...effect('observeDefaultRules', 'ensureDefaultRules', rules),
    },
    'seeds.network': {
      title: 'Network of the test project',
      settleSeconds: 10,
      ...effect('observeNetworkSeed', 'ensureNetworkSeed', network),
    },
    'seeds.quotas': {
      title: 'Limits of the test project',
      after: ['nova.service', 'neutron.service', 'keystone.users', ...(hasVolumes ? ['cinder.service'] : [])],
      settleSeconds: 10,
      ...effect('observeQuotas', 'ensureQuotas', quotas),
    },
  };
}
