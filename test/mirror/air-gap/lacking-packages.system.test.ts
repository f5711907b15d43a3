// SPDX-License-Identifier: Apache-2.0
// What a site lacks for a box, as a real apt says it: packages by name, and dependencies that nothing meets.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { siteFindings } from '../../../activities/host/preflight-site.ts';
import { stanza } from '../../../activities/clients/machine/debian-sources.ts';
import { DebArchive } from '../deb/deb-archive.ts';
import { UpstreamServer } from '../upstream-server.ts';

let archive: DebArchive;
let upstream: UpstreamServer;

beforeAll(async () => {
  archive = await DebArchive.create();
  upstream = await UpstreamServer.start();
  const packages = [
    { name: 'app', version: '1', depends: 'libs (>= 1)' },
    { name: 'libs', version: '2' },
    { name: 'broken', version: '1', depends: 'gone (>= 2)' },
  ];
  for (const [path, bytes] of await archive.publish('stable', packages)) upstream.files.set(path, bytes);
});

afterAll(async () => {
  await upstream?.stop();
  await archive?.remove();
});

const lacking = (base: readonly string[], packages: readonly string[]) => {
  const lines = archive.publicKey.trim().split('\n');
  const key = `\n${lines.map((line) => ` ${line === '' ? '.' : line}`).join('\n')}`;
  const sources = stanza(upstream.url, 'stable', key);
  return siteFindings({ name: 'far', sources, aptOptions: [], base, hasGuests: false }, packages);
};

describe('siteFindings()', () => {
  it('finds nothing where every package and what it depends on is there', async () => {
    expect(await lacking(['libs'], ['app'])).toEqual([]);
  });

  it('names every package that is not there, and then what nothing meets', async () => {
    const findings = await lacking(['base-files'], ['app', 'keystone', 'broken']);
    expect(findings.map(({ what }) => what)).toEqual([
      'package base-files',
      'package keystone',
      'dependency of broken : Depends: gone (>= 2) but it is not installable',
    ]);
    expect(findings[0]).toMatchObject({ have: 'not in the mirror far' });
  });

  it('says so when the site does not answer, or its signature is another', async () => {
    const path = 'dists/stable/InRelease';
    const signed = upstream.files.get(path) ?? Buffer.alloc(0);
    upstream.files.set(path, Buffer.from(signed.toString().replace('Origin: test', 'Origin: tost')));
    expect(await lacking([], ['app'])).toMatchObject([{ what: 'mirror far does not serve apt' }]);
  });
});
