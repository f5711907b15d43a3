// SPDX-License-Identifier: Apache-2.0
// Looks at a live box: its services, its memory, and what Placement says is taken. Changes nothing there.
import { execa } from 'execa';
import { withCloud } from '../../activities/clients/openstack/cloud.ts';
import { findCloud } from '../../activities/clients/openstack/clouds-files.ts';
import { insideBox, leaderOf } from '../../activities/hosts/local-box.ts';
import { readHypervisor } from '../../activities/hypervisor/record.ts';
import type { Amount, BoxState, Capacity } from '../../workflows/contracts/machine/box-state.ts';
import printState from './box-state.sh';

export interface StateRequest {
  readonly box: string;
  /** Beginnings of the names of units. */
  readonly services: readonly string[];
  /** The cloud of its administrator in the access files; null: no service of the box counts what servers use. */
  readonly cloud: string | null;
}

/** Longest wait for Placement, milliseconds. @source one login and three answers take half a second; a person waits for this */
const placementMillisecondsMax = 5000;
const insideMillisecondsMax = 10_000;

/** @throws Error when the box cannot be entered */
export async function boxState(
  { box, services, cloud }: StateRequest,
  stateDirectory: string,
): Promise<BoxState> {
  const [leader, recorded] = await Promise.all([leaderOf(box), readHypervisor(box)]);
  const hypervisor = recorded?.kind ?? null;
  const off = { services: [], failedUnits: [], memoryBytes: null, capacity: null };
  if (leader === null) return { isOn: false, hypervisor, ...off };
  const [seen, capacity] = await Promise.all([
    lookInside(leader, services),
    cloud === null ? null : inTime(capacityOf(stateDirectory, cloud)),
  ]);
  return { isOn: true, hypervisor, ...seen, capacity };
}

async function lookInside(
  leader: number,
  services: readonly string[],
): Promise<Pick<BoxState, 'services' | 'failedUnits' | 'memoryBytes'>> {
  const [file = '', ...args] = insideBox(leader, ['sh', '-c', printState, 'state', ...services]);
  const { stdout } = await execa(file, args, { stdin: 'ignore', timeout: insideMillisecondsMax });
  const lines = stdout.split('\n').map((line) => line.split(' '));
  const memory = lines.find(([kind]) => kind === 'memory')?.[1];
  return {
    services: lines.flatMap(([kind, name = '', state = '']) => (kind === 'service' ? [{ name, state }] : [])),
    failedUnits: lines.flatMap(([kind, name = '']) => (kind === 'failed' ? [name] : [])),
    memoryBytes: memory === undefined ? null : Number(memory),
  };
}

/** Null when the cloud does not answer, or not in time: what else is known is shown all the same. */
async function inTime(work: Promise<Capacity | null>): Promise<Capacity | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((settle) => {
    timer = setTimeout(() => settle(null), placementMillisecondsMax);
  });
  return Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}

async function capacityOf(stateDirectory: string, cloud: string): Promise<Capacity | null> {
  const login = await findCloud(stateDirectory, cloud);
  return withCloud(login, async ({ placement: { resourceProviders } }) => {
    const [host] = await resourceProviders.list();
    if (host === undefined) return null;
    const [inventories, usages] = await Promise.all([
      resourceProviders.inventories(host.id),
      resourceProviders.usages(host.id),
    ]);
    const amount = (kind: string): Amount => {
      const { total = 0, reserved = 0, allocationRatio = 1 } = inventories[kind] ?? {};
      return { used: usages[kind] ?? 0, total: Math.floor((total - reserved) * allocationRatio) };
    };
    return {
      processors: amount('VCPU'),
      memoryMebibytes: amount('MEMORY_MB'),
      diskGibibytes: amount('DISK_GB'),
    };
  });
}
