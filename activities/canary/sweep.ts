// SPDX-License-Identifier: Apache-2.0
// Removes what canaries left: all of one run, and what is older than an hour. Touches nothing of another name.
import type { OpenStackClient } from '../clients/openstack/cloud.ts';
import { canaryPrefix } from './context.ts';

/** @source an hour: the longest that an activity of a canary run may take; what is older belongs to no run any more */
const oldSeconds = 3600;

/** The names that are removed: those of this run, and of any run that is over an hour old. */
export function isSwept(name: string, nonce: string, now: number): boolean {
  // A canary of earlier releases had one name for all.
  if (name === canaryPrefix) return true;
  const [, whose, begun] = /^holdfast-canary-([0-9a-f]+)-([0-9a-z]+)-/.exec(name) ?? [];
  if (whose === undefined || begun === undefined) return false;
  return whose === nonce || now / 1000 - Number.parseInt(begun, 36) > oldSeconds;
}

/**
 * In the order in which the parts let go of each other. Everything is tried; the first refusal is thrown at the end.
 * @idempotent what is gone already counts as removed
 */
export async function sweep(client: OpenStackClient, nonce: string): Promise<number> {
  const { compute, network, blockStorage } = client;
  const ours = (text: string): boolean => isSwept(text, nonce, Date.now());
  const sweeping = new Sweeping();
  const named = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
    list.filter(({ name }) => ours(name));
  const floating = await network.floatingIps.list();
  await sweeping.each(
    floating.filter(({ description }) => ours(description)),
    ({ id }) => network.floatingIps.delete(id),
  );
  await sweeping.each(named(await compute.servers.list()), async ({ id }) => {
    await compute.servers.delete(id);
    await compute.servers.waitUntilGone(id, { timeoutSeconds: 180 });
  });
  await sweeping.each(
    (await hasVolumes(client)) ? named(await blockStorage.volumes.list()) : [],
    async ({ id }) => {
      await blockStorage.volumes.delete(id);
      await blockStorage.volumes.waitUntilGone(id, { timeoutSeconds: 120 });
    },
  );
  await sweeping.each(named(await network.routers.list()), async ({ id }) => {
    const ports = await network.ports.list({ deviceId: id });
    for (const port of ports.filter(({ deviceOwner }) => /router_interface/.test(deviceOwner ?? '')))
      await network.routers.removeInterface(id, { portId: port.id });
    await network.routers.delete(id);
  });
  await sweeping.each(named(await network.networks.list()), ({ id }) => network.networks.delete(id));
  await sweeping.each(named(await network.securityGroups.list()), ({ id }) =>
    network.securityGroups.delete(id),
  );
  await sweeping.each(named(await compute.keypairs.list()), ({ id }) => compute.keypairs.delete(id));
  if (sweeping.refusals.length > 0) throw sweeping.refusals[0] as Error;
  return sweeping.removed;
}

class Sweeping {
  removed = 0;
  readonly refusals: unknown[] = [];

  async each<T>(list: readonly T[], remove: (item: T) => Promise<void>): Promise<void> {
    const ends = await Promise.allSettled(list.map(remove));
    for (const end of ends) {
      if (end.status === 'rejected') this.refusals.push(end.reason);
      else this.removed += 1;
    }
  }
}

/** Whether the catalog names Cinder, under its present or its former type. */
export async function hasVolumes(client: OpenStackClient): Promise<boolean> {
  const { catalog } = await client.issueToken();
  return catalog.some(({ type }) => type === 'block-storage' || type === 'volumev3');
}
