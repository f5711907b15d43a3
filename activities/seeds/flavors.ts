// SPDX-License-Identifier: Apache-2.0
// Makes flavors be as wanted, compared field by field. A flavor cannot be changed: one that differs is made anew.
import type { FlavorArgs } from '../../workflows/contracts/box/flavor.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { SeedsPort } from '../../workflows/ports/cloud/seeds.ts';
import { withCloud, type OpenStackClient } from '../clients/openstack/cloud.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';
import { applying, observing } from '../step-scope.ts';

type Flavor = Awaited<ReturnType<OpenStackClient['compute']['flavors']['list']>>[number];

export function flavorActivities(clients: Clients): Pick<SeedsPort, 'observeFlavors' | 'ensureFlavors'> {
  return {
    observeFlavors: observing(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      const present = await withCloud(login, (client) => client.compute.flavors.list()).catch(
        silentWithoutAdmin(args),
      );
      return args.flavors.flatMap((flavor) => flavorDifferences(flavor, named(present, flavor)));
    }),
    ensureFlavors: applying(async (args) => {
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, async ({ compute: { flavors } }) => {
        const present = await flavors.list();
        for (const flavor of args.flavors) await ensure(flavors, flavor, named(present, flavor));
        return undefined;
      });
    }),
  };
}

const named = (present: readonly Flavor[], { name }: FlavorArgs): Flavor | undefined =>
  present.find((each) => each.name === name);

async function ensure(
  flavors: OpenStackClient['compute']['flavors'],
  wanted: FlavorArgs,
  present: Flavor | undefined,
): Promise<void> {
  const isRight = present !== undefined && sizeDifferences(wanted, present).length === 0;
  // Servers keep a copy of their flavor: taking it away changes none that runs.
  if (present !== undefined && !isRight) await flavors.delete(present.id);
  const { name, vcpus, ramMebibytes: ram, diskGigabytes: disk, extraSpecs } = wanted;
  const flavor = isRight ? present : await flavors.ensure({ name, id: name, vcpus, ram, disk });
  const missing = Object.entries(extraSpecs).filter(([key, value]) => flavor.extraSpecs[key] !== value);
  if (missing.length > 0) await flavors.extraSpecs.set(flavor.id, Object.fromEntries(missing));
}

function flavorDifferences(wanted: FlavorArgs, present: Flavor | undefined): Difference[] {
  const what = `flavor ${wanted.name}`;
  if (present === undefined) return [{ what, have: 'absent', want: 'present' }];
  const specs = Object.entries(wanted.extraSpecs)
    .filter(([key, value]) => present.extraSpecs[key] !== value)
    .map(([key, want]) => ({ what: `${what} ${key}`, have: present.extraSpecs[key] ?? 'absent', want }));
  return [...sizeDifferences(wanted, present), ...specs];
}

function sizeDifferences(wanted: FlavorArgs, present: Flavor): Difference[] {
  const fields: [string, unknown, unknown][] = [
    ['vCPUs', present.vcpus, wanted.vcpus],
    ['RAM MiB', present.ram, wanted.ramMebibytes],
    ['disk GB', present.disk, wanted.diskGigabytes],
    ['ephemeral GB', present.ephemeral, 0],
    ['swap MiB', present.swap, 0],
    ['public', present.isPublic, true],
  ];
  return fields
    .filter(([, have, want]) => have !== want)
    .map(([field, have, want]) => ({
      what: `flavor ${wanted.name} ${field}`,
      have: String(have),
      want: String(want),
    }));
}
