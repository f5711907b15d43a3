// SPDX-License-Identifier: Apache-2.0
// A refresh by real aptly, nginx and apt: from a generated archive to a revision that clients see, and what must be refused.
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSnapshots, builtDifferences } from '../../activities/mirror/deb/build.ts';
import {
  fetchPlanned,
  missingDifferences,
  repair,
  unsoundDifferences,
} from '../../activities/mirror/deb/fetch.ts';
import { pinAll, pinDifferences } from '../../activities/mirror/deb/pins.ts';
import { planDifferences, refreshDifferences, writePlanOf } from '../../activities/mirror/deb/plan.ts';
import {
  composeRevisionOf,
  publishedDifferences,
  publishLive,
  revisionDifferences,
  stage,
  stagedDifferences,
} from '../../activities/mirror/publish.ts';
import { readMarked, storeOf } from '../../activities/mirror/site.ts';
import { runTrial, smokeDifferences } from '../../activities/mirror/deb/smoke.ts';
import type { DebPlan } from '../../workflows/contracts/mirror/deb-pins.ts';
import type { DebArgs } from '../../workflows/ports/mirror.ts';
import { DebArchive } from './deb-archive.ts';
import { MirrorLab } from './mirror-lab.ts';
import { UpstreamServer } from './upstream-server.ts';

const first = 'a'.repeat(16);
const second = 'b'.repeat(16);

let archive: DebArchive;
let upstream: UpstreamServer;
let lab: MirrorLab;
let args: DebArgs;

async function serve(version: string): Promise<void> {
  const files = await archive.publish('stable', [
    { name: 'app', version, depends: 'libs (>= 1), runtime', bytes: 50_000 },
    // aptly ends with a panic at a package named exactly `lib`.
    { name: 'libs', version: '1:1.0+b1', bytes: 20_000 },
    { name: 'runtime-impl', version: '3', provides: 'runtime', bytes: 1000 },
    { name: 'unrelated', version: '1', bytes: 1000 },
  ]);
  upstream.files.clear();
  for (const [path, bytes] of files) upstream.files.set(path, bytes);
}

/** Each step as the engine takes it: changed, then seen as wanted. */
async function refresh(run: string): Promise<void> {
  const { site } = lab;
  await pinAll(site, args, lab.scope('deb.pinned', run));
  expect(await pinDifferences(site, lab.scope('deb.pinned', run))).toEqual([]);
  await writePlanOf(site, args, lab.scope('deb.planned', run));
  expect(await planDifferences(site, lab.scope('deb.planned', run))).toEqual([]);
  await fetchPlanned(site, args, lab.scope('deb.fetched', run));
  expect(await missingDifferences(site, lab.scope('deb.fetched', run))).toEqual([]);
  expect(await unsoundDifferences(site, lab.scope('deb.verified', run))).toEqual([]);
  await buildSnapshots(site, args, lab.scope('deb.built', run));
  expect(await builtDifferences(site, args, lab.scope('deb.built', run))).toEqual([]);
  await composeRevisionOf(site, lab.scope('revision', run));
  expect(await revisionDifferences(site, lab.scope('revision', run))).toEqual([]);
  await stage(site, lab.scope('staged', run));
  expect(await stagedDifferences(site, lab.scope('staged', run))).toEqual([]);
}

const inRelease = async (): Promise<string> =>
  (await fetch(`http://127.0.0.1:${lab.site.webPort}/deb/generated/dists/stable/InRelease`)).text();

beforeAll(async () => {
  archive = await DebArchive.create();
  upstream = await UpstreamServer.start();
  lab = await MirrorLab.create();
  const key = join(archive.folder, 'key.asc');
  await writeFile(key, archive.publicKey);
  args = {
    box: 'lab',
    limits: [],
    sources: [
      {
        name: 'generated',
        url: upstream.url,
        suites: ['stable'],
        components: ['main'],
        architectures: ['amd64'],
        signedBy: key,
        packages: ['app'],
        dependencies: 'closure',
        checkValidUntil: true,
      },
    ],
  };
  await serve('1.0');
});

afterAll(async () => {
  await lab?.remove();
  await upstream?.stop();
  await archive?.remove();
});

describe('a refresh', () => {
  it('plans the closure, fetches it once, and has aptly build, stage and sign it', async () => {
    expect(await refreshDifferences(lab.site, args, lab.scope('deb.plan'))).toMatchObject([
      { what: 'packages of generated', have: expect.stringMatching(/^0 of 3 files/) as string },
    ]);
    await refresh(first);
    const asked = upstream.asked.map(({ path }) => path).filter((path) => path.endsWith('.deb'));
    expect(asked.sort()).toEqual([
      'pool/main/app/app_1.0_all.deb',
      'pool/main/libs/libs_1.0+b1_all.deb',
      'pool/main/runtime-impl/runtime-impl_3_all.deb',
    ]);
  });

  it('is taken by a real apt that reaches nothing else, while altered copies are refused', async () => {
    const { site } = lab;
    expect(await smokeDifferences(site, lab.scope('smoke.deb', first))).toHaveLength(1);
    expect(await runTrial(site, args, lab.scope('smoke.deb', first))).toMatch(/^3 packages taken by apt /);
    expect(await smokeDifferences(site, lab.scope('smoke.deb', first))).toEqual([]);
  });

  it('shows clients nothing before it is published, and the whole revision after that', async () => {
    const { site } = lab;
    expect(await inRelease()).not.toContain('SIGNED MESSAGE');
    expect(await publishedDifferences(site, lab.scope('published', first))).toHaveLength(2);
    await publishLive(site, lab.scope('published', first), new Date());
    expect(await publishedDifferences(site, lab.scope('published', first))).toEqual([]);
    expect(await inRelease()).toContain('SIGNED MESSAGE');
    for (const path of [
      'gnupg',
      'content',
      'runs',
      'deb/../../gnupg/trustdb.gpg',
      'deb../../../gnupg/trustdb.gpg',
    ])
      expect((await fetch(`http://127.0.0.1:${site.webPort}/${path}`)).status).toBe(404);
    // Only a trial sees what is staged: whoever comes from another address is refused.
    const own = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === 'IPv4' && !each.internal);
    const staged = `http://${own?.address}:${site.webPort}/staging/generated/dists/stable/InRelease`;
    if (own !== undefined) expect((await fetch(staged)).status).toBe(403);
  });

  it('costs one conditional request and publishes nothing when the upstream did not change', async () => {
    const before = await inRelease();
    const [bytes, asked] = [upstream.sentBytes, upstream.asked.length];
    await refresh(second);
    expect(upstream.sentBytes).toBe(bytes);
    expect(upstream.asked.slice(asked).map(({ path }) => path)).toEqual(['dists/stable/InRelease']);
    expect(await publishedDifferences(lab.site, lab.scope('published', second))).toEqual([]);
    expect(await inRelease()).toBe(before);
  });

  it('heals a file that changed on the disk', async () => {
    const { site } = lab;
    const { packages } = await readMarked<DebPlan>(site, { nonce: first }, 'deb.plan');
    const path = storeOf(site).path(packages[0]?.digest ?? '');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await chmod(path, 0o644);
    await writeFile(path, bytes);
    expect(await unsoundDifferences(site, lab.scope('deb.verified', first))).toMatchObject([
      { have: 'rotten' },
    ]);
    await repair(site, args, lab.scope('deb.verified', first));
    expect(await unsoundDifferences(site, lab.scope('deb.verified', first))).toEqual([]);
  });

  it('fetches what is new alone, and of two runs that began together only one publishes', async () => {
    const { site } = lab;
    await serve('2.0');
    upstream.sent.clear();
    const [one, other] = ['c'.repeat(16), 'd'.repeat(16)] as const;
    await refresh(one);
    expect([...upstream.sent.keys()].filter((path) => path.endsWith('.deb'))).toEqual([
      'pool/main/app/app_2.0_all.deb',
    ]);
    await serve('3.0');
    await refresh(other);
    await publishLive(site, lab.scope('published', one), new Date());
    await expect(publishLive(site, lab.scope('published', other), new Date())).rejects.toMatchObject({
      code: 'Conflict',
    });
  });
});

describe('what must be refused', () => {
  it('pinAll() refuses an index that was altered after it was signed', async () => {
    const path = 'dists/stable/InRelease';
    const signed = upstream.files.get(path) ?? Buffer.alloc(0);
    upstream.files.set(path, Buffer.from(signed.toString().replace('Origin: test', 'Origin: tost')));
    await expect(pinAll(lab.site, args, lab.scope('deb.pinned', 'e'.repeat(16)))).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: expect.stringContaining('a signature is bad') as string },
    });
  });

  it('pinAll() refuses an index that is older than the published one, though its signature is good', async () => {
    const older = { Date: new Date(Date.now() - 86_400_000).toUTCString() };
    const files = await archive.publish('stable', [{ name: 'app', version: '1' }], older);
    for (const [path, bytes] of files) upstream.files.set(path, bytes);
    await expect(pinAll(lab.site, args, lab.scope('deb.pinned', 'e'.repeat(16)))).rejects.toMatchObject({
      message: 'generated stable is older than what is published',
    });
  });

  it('pinAll() refuses an index that another key signed, and one that is outdated', async () => {
    const other = await DebArchive.create();
    const files = await other.publish('stable', [{ name: 'app', version: '9' }]);
    await other.remove();
    for (const [path, bytes] of files) upstream.files.set(path, bytes);
    await expect(pinAll(lab.site, args, lab.scope('deb.pinned', 'e'.repeat(16)))).rejects.toMatchObject({
      facts: { cause: expect.stringContaining('no good signature') as string },
    });
    const until = { 'Valid-Until': new Date(Date.now() - 1000).toUTCString() };
    const old = await archive.publish('stable', [{ name: 'app', version: '1' }], until);
    for (const [path, bytes] of old) upstream.files.set(path, bytes);
    await expect(pinAll(lab.site, args, lab.scope('deb.pinned', 'e'.repeat(16)))).rejects.toMatchObject({
      message: 'The Release file of stable is outdated',
    });
  });

  it('writePlanOf() refuses a package that depends on what is not there, and names both', async () => {
    const run = 'f'.repeat(16);
    const files = await archive.publish('stable', [{ name: 'app', version: '1', depends: 'gone (>= 2)' }]);
    for (const [path, bytes] of files) upstream.files.set(path, bytes);
    await pinAll(lab.site, args, lab.scope('deb.pinned', run));
    await expect(writePlanOf(lab.site, args, lab.scope('deb.planned', run))).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: { cause: 'app needs gone (>= 2)' },
    });
  });
});
