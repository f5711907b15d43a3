// SPDX-License-Identifier: Apache-2.0
// Whether a cloud has room for one more server: limits of the project, and what the hosts have left. Starts none.
import type { OpenStackClient } from '../clients/openstack/cloud.ts';

/** What one server takes. */
export interface Need {
  readonly vcpus: number;
  /** MiB. */
  readonly ram: number;
}

/** Why no server of this size can start, in words; null when one could. `admin` alone sees the hosts. */
export async function lackOfRoom(
  user: OpenStackClient,
  admin: OpenStackClient,
  need: Need,
): Promise<string | null> {
  const limits = await user.compute.limits.get();
  const { maxTotalInstances, maxTotalCores, maxTotalRAMSize } = limits;
  const limited =
    overLimit('servers', limits.totalInstancesUsed, 1, maxTotalInstances) ??
    overLimit('processors', limits.totalCoresUsed, need.vcpus, maxTotalCores) ??
    overLimit('MiB of memory', limits.totalRAMUsed, need.ram, maxTotalRAMSize);
  if (limited !== null) return limited;
  const resources = `VCPU:${need.vcpus},MEMORY_MB:${need.ram}`;
  const hosts = await admin.placement.resourceProviders.list({ resources });
  return hosts.length > 0 ? null : `no host has ${need.vcpus} processor and ${need.ram} MiB left`;
}

/** -1 stands for no limit. */
function overLimit(what: string, used: number, wanted: number, limit: number): string | null {
  if (limit < 0 || used + wanted <= limit) return null;
  return `the project uses ${used} of its ${limit} ${what}`;
}
