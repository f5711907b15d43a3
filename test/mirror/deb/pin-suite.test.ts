// SPDX-License-Identifier: Apache-2.0
// Pins of a suite against a real server on loopback; the signature is another test's.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentStore } from '../../../activities/clients/content/content-store.ts';
import { HostBudget } from '../../../activities/clients/content/host-budget.ts';
import { pinSuite, type PinOptions } from '../../../activities/clients/deb/pin-suite.ts';
import { readIndex } from '../../../activities/clients/deb/read-index.ts';
import { layOut } from '../../../activities/mirror/deb/pinned-archive.ts';
import { sha256Of, UpstreamServer } from '../upstream-server.ts';

let upstream: UpstreamServer;
let folder: string;
let options: PinOptions;
let store: ContentStore;

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-pin-'));
  store = new ContentStore(join(folder, 'content'));
  options = {
    store,
    memory: join(folder, 'upstream'),
    budget: new HostBudget(join(folder, 'budgets')),
    verify: (signed) => Promise.resolve(signed.toString()),
    now: Date.now,
  };
});

afterEach(async () => {
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
});

const stanza = `Package: app\nVersion: 1\nArchitecture: all\nFilename: pool/app_1+b1_all.deb\nSize: 1\nSHA256: ${'a'.repeat(64)}\n`;

function publish(text = stanza, more = ''): Buffer {
  const index = gzipSync(Buffer.from(text));
  const listed = ` ${sha256Of(index)} ${index.byteLength} main/binary-amd64/Packages.gz\n`;
  const release = `Date: ${new Date(0).toUTCString()}\nAcquire-By-Hash: yes\n${more}SHA256:\n${listed}`;
  upstream.files.set('dists/s/InRelease', Buffer.from(release));
  upstream.files.set(`dists/s/main/binary-amd64/by-hash/SHA256/${sha256Of(index)}`, index);
  return index;
}

const source = () => ({
  url: upstream.url,
  suite: 's',
  components: ['main'],
  architectures: ['amd64'],
  checkValidUntil: true,
});

describe('pinSuite', () => {
  it('pinSuite() fetches the index by its digest, and an unchanged suite costs one request and no body', async () => {
    publish();
    const pinned = await pinSuite(source(), options);
    expect(await readIndex(store, pinned.indexes[0] ?? never())).toMatchObject([{ name: 'app' }]);
    upstream.sent.clear();
    upstream.asked.length = 0;
    expect(await pinSuite(source(), options)).toEqual(pinned);
    expect(upstream.asked.map(({ path }) => path)).toEqual(['dists/s/InRelease']);
    expect(upstream.sentBytes).toBe(0);
  });

  it('pinSuite() asks for the whole again when its copy was damaged', async () => {
    publish();
    const { inRelease } = await pinSuite(source(), options);
    await chmod(store.path(inRelease.digest), 0o644);
    await writeFile(store.path(inRelease.digest), 'x'.repeat(inRelease.size));
    expect((await pinSuite(source(), options)).inRelease).toEqual(inRelease);
    expect(await store.soundness(inRelease)).toBe('sound');
  });

  it('pinSuite() fetches no index again from an upstream without validators', async () => {
    publish();
    upstream.hasValidators = false;
    await pinSuite(source(), options);
    upstream.asked.length = 0;
    await pinSuite(source(), options);
    expect(upstream.asked.map(({ path }) => path)).toEqual(['dists/s/InRelease']);
  });

  it.each([
    ['is outdated', `Valid-Until: ${new Date(1000).toUTCString()}\n`, 'outdated'],
    ['has no readable end', 'Valid-Until: soon\n', 'not the Release file'],
  ])('pinSuite() refuses a Release file that %s', async (_, more, message) => {
    publish(stanza, more);
    await expect(pinSuite(source(), options)).rejects.toMatchObject({
      code: 'Rejected',
      message: expect.stringContaining(message) as string,
    });
  });

  it('pinSuite() refuses a suite without the architecture, and an index of other bytes', async () => {
    const index = publish();
    await expect(pinSuite({ ...source(), architectures: ['arm64'] }, options)).rejects.toMatchObject({
      message: expect.stringContaining('no index of main for arm64') as string,
    });
    const path = `dists/s/main/binary-amd64/by-hash/SHA256/${sha256Of(index)}`;
    upstream.files.set(path, Buffer.alloc(index.byteLength));
    await expect(pinSuite(source(), options)).rejects.toMatchObject({ code: 'Rejected' });
  });

  it('pinSuite() takes nothing of a file whose signature is not good', async () => {
    publish();
    const verify = () => Promise.reject(new Error('bad signature'));
    await expect(pinSuite(source(), { ...options, verify })).rejects.toThrow('bad signature');
    expect(upstream.asked.map(({ path }) => path)).toEqual(['dists/s/InRelease']);
  });
});

describe('layOut', () => {
  it('layOut() makes exactly what was pinned, as links that hold when the folder moves, and again', async () => {
    publish();
    const suites = [await pinSuite(source(), options)];
    const content = await store.put(Buffer.from('deb'));
    const packaged = { ...content, url: '', suite: 's', name: 'app', version: '1', architecture: 'all' };
    const packages = [{ ...packaged, source: 'one', path: 'pool/app_1+b1_all.deb' }];
    const pins = { sources: [{ source: 'one', url: upstream.url, suites }] };
    const tree = join(folder, 'runs', 'deb');
    await layOut(store, tree, pins, { packages });
    await layOut(store, tree, pins, { packages });
    expect(await readFile(join(tree, 'one/pool/app_1+b1_all.deb'), 'utf8')).toBe('deb');
    expect(await readFile(join(tree, 'one/dists/s/InRelease'), 'utf8')).toContain('SHA256');
    const outside = [{ ...packaged, source: 'one', path: '../../../etc/cron.d/x' }];
    await expect(layOut(store, tree, pins, { packages: outside })).rejects.toMatchObject({
      code: 'Invariant',
    });
  });
});

function never(): never {
  throw new Error('there is no index');
}
