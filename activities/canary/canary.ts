// SPDX-License-Identifier: Apache-2.0
// The proof of an install: a whole canary run as a plain user, or where no guest runs, a server seen active. Keeps the times.
import { join } from 'node:path';
import type { CanaryRequest } from '../../workflows/contracts/canary/canary.ts';
import type { CanaryTime } from '../../workflows/contracts/box/evidence.ts';
import type { CanaryArgs, CanaryPort } from '../../workflows/ports/cloud/canary.ts';
import { accessDirectory, readCloud } from '../clients/openstack/access-files.ts';
import {
  cloudFailure,
  withCloud,
  type CloudLogin,
  type OpenStackClient,
} from '../clients/openstack/cloud.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { parseObject, readDerived } from '../clients/state/records.ts';
import { applying, observing, type StepScope } from '../step-scope.ts';
import { runPhases } from './run.ts';
import { lackOfRoom } from './room.ts';
import { consolePath, keepSample, measure } from './samples.ts';

/** What the last good canary left behind. */
export interface CanaryRecord {
  readonly specDigest: string;
  readonly at: string;
  readonly times: readonly CanaryTime[];
  /** Why the cloud had no room for the canary's server, and the run that met it; the next one tries again. */
  readonly unproven?: Unproven;
}

interface Unproven {
  readonly why: string;
  readonly run: string;
}

/** Servers of this name's beginning are ours to remove. */
const prefix = 'holdfast-canary';
/** @source 9 s on a fake hypervisor of 2025.1, 15 s beside busy neighbours; ten times that */
const activeSecondsMax = 150;

const canaryPath = (stateDirectory: string, box: string): string =>
  join(stateDirectory, 'boxes', box, 'canary.json');

export function readCanary(stateDirectory: string, box: string): Promise<CanaryRecord | 'damaged' | null> {
  return readDerived(canaryPath(stateDirectory, box), (text) => {
    const { specDigest, at, times, unproven } = parseObject(text);
    if (typeof specDigest !== 'string' || typeof at !== 'string' || !Array.isArray(times))
      throw new Error('it is not the record of a canary');
    const record: CanaryRecord = { specDigest, at, times: times as CanaryTime[] };
    return unproven === undefined ? record : { ...record, unproven: unproven as Unproven };
  });
}

export function canaryActivities({
  stateDirectory,
}: Clients): Pick<CanaryPort, 'observeCanary' | 'runCanary'> {
  return {
    observeCanary: observing(async ({ box, specDigest }, { context }) => {
      const have = lackOf(await readCanary(stateDirectory, box), specDigest, context.nonce);
      if (have === null) return [];
      return [{ what: `canary of ${box}`, have, want: 'a server was active and is gone' }];
    }),
    runCanary: applying((args, scope) => prove(stateDirectory, args, scope)),
  };
}

/** Runs the canary and keeps its times. Resolves with them in words. @throws Failure of a bad one */
export async function prove(stateDirectory: string, args: CanaryArgs, scope: StepScope): Promise<string> {
  const folder = accessDirectory(stateDirectory, args.box);
  const login = await readCloud(folder, args.cloud);
  const write = async (seen: Pick<CanaryRecord, 'times' | 'unproven'>): Promise<void> => {
    const record: CanaryRecord = { specDigest: args.specDigest, at: new Date().toISOString(), ...seen };
    const path = canaryPath(stateDirectory, args.box);
    await writeFileAtomically(path, `${JSON.stringify(record, null, 2)}\n`, 0o644);
  };
  const proof =
    args.guestRun === undefined
      ? await withCloud(login, (client) => startAndStop(client, args))
      : await measured(stateDirectory, login, args.guestRun, scope);
  if ('refused' in proof) {
    // A cloud that is full of other servers is no failure of the cloud.
    const why = await lackIn(folder, login, args).catch(() => null);
    if (why === null) throw proof.refused;
    await write({ times: [], unproven: { why, run: scope.context.nonce } });
    return `not proven: ${why}`;
  }
  const { times } = proof;
  await write({ times });
  return times.map(({ phase, seconds }) => `${phase} ${seconds} s`).join(', ');
}

/** What the record leaves to be proven, in words; null when it is nothing. */
export function lackOf(
  record: CanaryRecord | 'damaged' | null,
  specDigest: string,
  run: string,
): string | null {
  if (record === null || record === 'damaged') return record ?? 'none yet';
  if (record.specDigest !== specDigest) return `of another spec, ${record.at}`;
  if (record.unproven === undefined || record.unproven.run === run) return null;
  return `not proven at ${record.at}: ${record.unproven.why}`;
}

/** How a canary went: its times, or why its server did not become active. */
type Proof = { readonly times: CanaryTime[] } | { readonly refused: unknown };

/** Why the cloud had no room for a server like the canary's; null when it had. */
async function lackIn(folder: string, login: CloudLogin, args: CanaryArgs): Promise<string | null> {
  const admin = await readCloud(folder, `${args.box}-admin`);
  return withCloud(admin, (ofAdmin) =>
    withCloud(login, async (ofUser) => {
      const flavor = await ofUser.compute.flavors.find({ name: args.flavor });
      return flavor === undefined ? null : lackOfRoom(ofUser, ofAdmin, flavor);
    }),
  );
}

/** @throws Failure as the run ended; the console's last lines lie where its log path says */
async function measured(
  stateDirectory: string,
  login: CloudLogin,
  request: CanaryRequest,
  scope: StepScope,
): Promise<Proof> {
  const run = await runPhases(login, request, scope);
  await keepSample(stateDirectory, run);
  measure(run);
  const { failure, failedPhase, phases, cloud, consoleTail } = run;
  if (failure !== undefined) {
    const { message, ...facts } = failure;
    const refused = new Failure(
      failure.code,
      `The canary failed at its phase ${failedPhase ?? 'look-up'}: ${message}`,
      {
        ...facts,
        ...(consoleTail !== undefined && { logPath: consolePath(stateDirectory, cloud) }),
      },
    );
    if (failedPhase === 'server') return { refused };
    throw refused;
  }
  const good = phases.filter(({ outcome }) => outcome === 'good');
  return { times: good.map(({ phase, seconds }) => ({ phase, seconds })) };
}

async function startAndStop(client: OpenStackClient, args: CanaryArgs): Promise<Proof> {
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
  try {
    const { id } = await phase('create', () =>
      compute.servers.create({ name: prefix, flavorId, imageId, networks: [{ networkId }] }),
    );
    await phase('active', () => compute.servers.waitFor(id, 'ACTIVE', { timeoutSeconds: activeSecondsMax }));
  } catch (error) {
    // The next canary would remove it too; until then it would count among what fills the cloud.
    await removeAll(client).catch(() => undefined);
    return { refused: cloudFailure(error, args.box) };
  }
  await phase('delete', () => removeAll(client));
  return { times };
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
