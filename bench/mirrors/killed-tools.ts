// SPDX-License-Identifier: Apache-2.0
// What aptly and skopeo fetch twice when each is killed once, behind three fifths of a set.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { registryTools } from '../../test/mirror/oci/registry-upstream.ts';
import type { UpstreamServer } from '../../test/mirror/upstream-server.ts';
import { Aptly } from './aptly.ts';
import { killedAt } from './killed-at.ts';
import { setBytes, type LargeUpstreams } from './large-upstreams.ts';

export interface KilledFetches {
  readonly tool: string;
  readonly what: string;
  readonly kills: number;
  /** Of what was wanted. */
  readonly bytes: number;
  /** What the upstream sent beyond it. */
  readonly twice: number;
}

/** Of each connection: a set takes some seconds. */
export const bytesPerSecond = 1_500_000;
const share = 0.6;

export async function killAptly({ deb, key }: LargeUpstreams): Promise<KilledFetches> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-aptly-'));
  const aptly = await Aptly.create(join(folder, 'aptly'), key);
  await aptly.mirror(deb.url);
  deb.sent.clear();
  deb.bytesPerSecond = bytesPerSecond;
  await killedAt(aptly.begin(), () => payload(deb) >= share * setBytes);
  deb.bytesPerSecond = Number.POSITIVE_INFINITY;
  await aptly.update();
  await rm(folder, { recursive: true });
  const sizes = [...deb.files].filter(([path]) => path.endsWith('.deb')).map(([, { length }]) => length);
  const bytes = sizes.reduce((sum, each) => sum + each, 0);
  return { tool: 'aptly', what: 'deb', kills: 1, bytes, twice: payload(deb) - bytes };
}

const payload = ({ sent }: UpstreamServer): number =>
  [...sent].reduce((sum, [path, bytes]) => sum + (path.endsWith('.deb') ? bytes : 0), 0);

export async function killSkopeo({ oci }: LargeUpstreams): Promise<KilledFetches> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-skopeo-'));
  const skopeo = join(await registryTools(), 'skopeo');
  const copy = ['--insecure-policy', '--override-arch=amd64', 'copy', '--src-tls-verify=false'];
  const to = (name: string): string[] => [
    ...copy,
    `docker://${oci.host}/team/large:stable`,
    `dir:${folder}/${name}`,
  ];
  oci.sentBytes = 0;
  await execa(skopeo, to('whole'));
  const bytes = oci.sentBytes;
  oci.sentBytes = 0;
  oci.bytesPerSecond = bytesPerSecond;
  await killedAt(execa(skopeo, to('killed'), { reject: false }), () => oci.sentBytes >= share * bytes);
  oci.bytesPerSecond = Number.POSITIVE_INFINITY;
  await execa(skopeo, to('killed'));
  await rm(folder, { recursive: true });
  return { tool: 'skopeo', what: 'oci', kills: 1, bytes, twice: oci.sentBytes - bytes };
}
