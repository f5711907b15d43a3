// SPDX-License-Identifier: Apache-2.0
// What the Sovereign Cloud Stack asks of a cloud's flavors and images. Data.
// @source SovereignCloudStack/standards: scs-0100-v3, scs-0103-v1 (the 15 mandatory flavors), scs-0102-v1 (image properties)
import type { FlavorArgs } from '../workflows/contracts/box/flavor.ts';

/** Mandatory: processors and their kind (L crowded, V shared), memory GiB, disk GB with `s` for a local SSD. */
const names = [
  'SCS-1L-1',
  'SCS-1V-2',
  'SCS-1V-4',
  'SCS-1V-8',
  'SCS-2V-4',
  'SCS-2V-8',
  'SCS-2V-16',
  'SCS-4V-8',
  'SCS-4V-16',
  'SCS-4V-32',
  'SCS-8V-16',
  'SCS-8V-32',
  'SCS-16V-32',
  'SCS-2V-4-20s',
  'SCS-4V-16-100s',
];

export const scsFlavors: readonly FlavorArgs[] = names.map(flavorOf);

function flavorOf(name: string): FlavorArgs {
  const [, processors = '', kind = '', memory = '', disk = '', ssd] =
    /^SCS-(\d+)([LV])-(\d+)(?:-(\d+)(s)?)?$/.exec(name) ?? [];
  return {
    name,
    vcpus: Number(processors),
    ramMebibytes: Number(memory) * 1024,
    diskGigabytes: Number(disk),
    extraSpecs: {
      'scs:name-v1': name.replace(/-/g, ':').replace(':', '-'),
      'scs:name-v2': name,
      'scs:cpu-type': kind === 'L' ? 'crowded-core' : 'shared-core',
      ...(ssd === undefined ? {} : { 'scs:disk0-type': 'ssd' }),
    },
  };
}
