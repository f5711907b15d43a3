// SPDX-License-Identifier: Apache-2.0
// Proves that the programs of a user log in by the published credential: calls their service, then reads their markers.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialUseArgs } from '../../../workflows/ports/cloud/credentials.ts';
import type { ServiceWithUser } from '../../../workflows/contracts/credentials/credential.ts';
import { forgetTokens, type OpenStackClient } from '../../clients/openstack/cloud.ts';
import { Failure } from '../../clients/failure.ts';
import type { Clients } from '../../clients/index.ts';
import { parseObject } from '../../clients/state/records.ts';
import type { Host } from '../../hosts/host.ts';
import type { CredentialAccess } from './access.ts';
import { asAdmin } from './keystone.ts';
import markersScript from './markers.sh';
import { readRecords } from './records.ts';

/** One login of one program. */
interface Marker {
  readonly name: string;
  readonly generation: number;
  readonly ageSeconds: number;
}

/**
 * A program that made no call since the publication has no token of the old credential in use: it is not waited for.
 * One that logged in since then by an older one differs.
 */
export async function useDifferences(
  { inside }: Pick<Clients, 'inside'>,
  access: CredentialAccess,
  args: CredentialUseArgs,
): Promise<Difference[]> {
  const { published, use } = await readRecords(access.store, args);
  const generation = published.value?.generation ?? 0;
  if (published.value === null || (use.value?.generation ?? 0) >= generation) return [];
  await callService(access, args);
  const host = inside(args.box);
  const { fileAgeSeconds, markers } = await readMarkers(host, args);
  const newer = markers.filter(({ ageSeconds }) => ageSeconds <= fileAgeSeconds);
  const late = newer.filter((marker) => marker.generation < generation);
  const what = `programs of ${args.user.name}`;
  if (late.length > 0)
    return late.map(({ name, generation: have }) => ({
      what: `${what}: ${name}`,
      have: `generation ${have}`,
      want: `generation ${generation}`,
    }));
  if (newer.length > 0) return [];
  return [{ what, have: 'none has logged in since', want: `generation ${generation} in use` }];
}

/** With a token that no service has seen: to check it the service logs in itself. */
async function callService(access: CredentialAccess, args: CredentialUseArgs): Promise<void> {
  await forgetTokens(await access.administrator());
  await asAdmin(access, (client) => calls[args.service](client));
}

const calls: Readonly<Record<ServiceWithUser, (client: OpenStackClient) => Promise<unknown>>> = {
  image: (client) => client.image.images.list({ name: 'holdfast' }),
  placement: (client) => client.placement.resourceProviders.list({ name: 'holdfast' }),
  network: (client) => client.network.networks.list({ name: 'holdfast' }),
  compute: (client) => client.compute.servers.list({ name: 'holdfast' }),
  volume: (client) => client.blockStorage.volumes.list({ name: 'holdfast' }),
};

/** Those of living processes. @throws Failure Unreachable while the credential file is not there */
async function readMarkers(
  host: Host,
  { markerFolder, credentialFile }: CredentialUseArgs,
): Promise<{ readonly fileAgeSeconds: number; readonly markers: readonly Marker[] }> {
  const argv = ['sh', '-c', markersScript, 'reading markers', markerFolder, credentialFile];
  const [age = '', ...lines] = (await host.output(argv)).split('\n');
  if (age === 'absent')
    throw new Failure('Unreachable', `There is no file ${credentialFile} yet`, { on: host.name });
  return { fileAgeSeconds: Number(age), markers: lines.flatMap(markerOf) };
}

function markerOf(line: string): Marker[] {
  const [name = '', started = '', age = '', ...rest] = line.split(' ');
  if (name === '' || started === 'gone') return [];
  try {
    const { generation, started: own } = parseObject(rest.join(' '));
    // Another process has its number now.
    if (typeof generation !== 'number' || String(own) !== started) return [];
    return [{ name, generation, ageSeconds: Number(age) }];
  } catch {
    return [];
  }
}
