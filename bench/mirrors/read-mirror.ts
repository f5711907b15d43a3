// SPDX-License-Identifier: Apache-2.0
// Clients of a mirror in a process of their own, which read until its input ends. Prints a Reading.
// Arguments: URL of the mirror, clients of each kind, `plain` for an archive that is read by path.
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';
import { get, read, Torn } from '../../test/proofs/mirror-site/readers.ts';
import { sha256Of } from '../../test/mirror/upstream-server.ts';

/** As clients read an archive that is not published by hash. */
async function plain(mirror: string): Promise<void> {
  const root = `${mirror}/deb/plain`;
  const release = (await get(`${root}/dists/stable/InRelease`)).toString();
  const digest = /^ ([0-9a-f]{64}) +\d+ main\/binary-amd64\/Packages\.gz$/m.exec(release)?.[1];
  const index = await get(`${root}/dists/stable/main/binary-amd64/Packages.gz`);
  if (sha256Of(index) !== digest) throw new Torn('the index is not the one that the InRelease file names');
  for (const [, path = ''] of gunzipSync(index)
    .toString()
    .matchAll(/^Filename: (.*)$/gm))
    await get(`${root}/${path}`);
}

const [mirror = '', count = '', way = ''] = process.argv.slice(2);
const kinds = way === 'plain' ? { kinds: { plain } } : {};
const stop = read(mirror, { count: Number(count), rest: 20, ...kinds });
process.stdin.resume();
await once(process.stdin, 'end');
console.log(JSON.stringify(await stop()));
