// SPDX-License-Identifier: Apache-2.0
// Boots a server as a plain user with nothing but the access files, sees it active, and deletes it. Keeps the times.
// Touches: the cloud's APIs, state directory
import { join } from 'node:path';
import type { CanaryTime } from '../../workflows/contracts/evidence.ts';
import type { CanaryArgs, CanaryPort } from '../../workflows/ports/canary.ts';
import { accessDirectory, readCloud } from '../clients/access-files.ts';
import { withCloud, type OpenStackClient } from '../clients/cloud.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { readJson, writeFileAtomically } from '../clients/local-files.ts';
import { applying, observing } from '../row-scope.ts';

/** What the last good canary left behind. */
export interface CanaryRecord {
  readonly specDigest: string;
  readonly at: string;
  readonly times: readonly CanaryTime[];
}

/** Servers of this name's beginning are ours to remove. */
const prefix = 'holdfast-canary';
/** @source 9 s on a fake hypervisor of 2025.1, 15 s beside busy neighbours; ten times that */
const activeSecondsMax = 150;

export const canaryPath = (stateDirectory: string, box: string): string =>
  join(stateDirectory, 'boxes', box, 'canary.json');

export function canaryActivities({
  stateDirectory,
}: Clients): Pick<CanaryPort, 'observeCanary' | 'runCanary'> {
  return {
    observeCanary: observing(async ({ box, specDigest }) => {
      const record = (await readJson(canaryPath(stateDirectory, box))) as CanaryRecord | null;
      if (record?.specDigest === specDigest) return [];
      const have = record === null ? 'none yet' : `of another spec, ${record.at}`;
      return [{ what: `canary of ${box}`, have, want: 'a server was active and is gone' }];
    }),
    runCanary: applying(async (args) => {
      const login = await readCloud(accessDirectory(stateDirectory, args.box), args.cloud);
      const times = await withCloud(login, (client) => fly(client, args));
      const record: CanaryRecord = { specDigest: args.specDigest, at: new Date().toISOString(), times };
      const path = canaryPath(stateDirectory, args.box);
      await writeFileAtomically(path, `${JSON.stringify(record, null, 2)}\n`, 0o644);
      return times.map(({ phase, seconds }) => `${phase} ${seconds} s`).join(', ');
    }),
  };
}

async function fly(client: OpenStackClient, args: CanaryArgs): Promise<CanaryTime[]> {
  const { compute } = client;
  const times: CanaryTime[] = [];
  const phase = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begun = Date.now();
    const result = await work();
    times.push({ phase: name, seconds: Math.round((Date.now() - begun) / 100) / 10 });
    return result;
  };
  await phase('clean up', () => removeAll(client));
  const { imageId, flavorId, networkId } = await phase('look up', () => partsOf(client, args));
  const { id } = await phase('create', () =>
    compute.servers.create({ name: prefix, flavorId, imageId, networks: [{ networkId }] }),
  );
  await phase('active', () => compute.servers.waitFor(id, 'ACTIVE', { timeoutSeconds: activeSecondsMax }));
  await phase('delete', () => removeAll(client));
  return times;
}

/** Also what a canary that was killed left behind. */
async function removeAll({ compute: { servers } }: OpenStackClient): Promise<void> {
  const ours = (await servers.list()).filter(({ name }) => name.startsWith(prefix));
  await Promise.all(
    ours.map(async ({ id }) => {
      await servers.delete(id);
      await servers.waitUntilGone(id);
    }),
  );
}

async function partsOf({ compute, image, network }: OpenStackClient, args: CanaryArgs) {
  const [flavor, [picture], [net]] = await Promise.all([
    compute.flavors.find({ name: args.flavor }),
    image.images.list({ name: args.image, status: 'active' }),
    network.networks.list({ name: args.network }),
  ]);
  if (flavor === undefined || picture === undefined || net === undefined) {
    const missing = { [args.flavor]: flavor, [args.image]: picture, [args.network]: net };
    const names = Object.keys(missing).filter((name) => missing[name] === undefined);
    throw new Failure('Rejected', `The user of ${args.cloud} cannot see ${names.join(', ')}`, {
      on: args.box,
    });
  }
  return { imageId: picture.id, flavorId: flavor.id, networkId: net.id };
}
