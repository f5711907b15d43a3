// SPDX-License-Identifier: Apache-2.0
// A refresh by real aptly, nginx and apt: from a generated archive to a revision that clients see, and what must be refused.
import { chmod, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
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
import { collect, surplusDifferences } from '../../activities/mirror/collect.ts';
import { readPublications, readPublished, writePublications } from '../../activities/mirror/pointer.ts';
import {
  chooseRevision,
  chosenDifferences,
  filesBelow,
  servedDifferences,
} from '../../activities/mirror/rollback.ts';
import { readMarked, storeOf } from '../../activities/mirror/site.ts';
import { runTrial, smokeDifferences } from '../../activities/mirror/deb/smoke.ts';
import type { DebPlan } from '../../workflows/contracts/mirror/deb/pins.ts';
import type { DebArgs } from '../../workflows/ports/mirror/mirror.ts';
import { DebArchive } from './deb/deb-archive.ts';
import { MirrorLab } from './mirror-lab.ts';
import { UpstreamServer } from './upstream-server.ts';

const first = 'a'.repeat(16);
const second = 'b'.repeat(16);

let archive: DebArchive;
const refreshed = { isHeld: false };

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

const dateOf = (text: string): number => Date.parse(/^Date: (.*)$/m.exec(text)?.[1] ?? '');

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
    expect(await publishedDifferences(site, lab.scope('published', first), refreshed)).toHaveLength(2);
    await publishLive(site, lab.scope('published', first), { ...refreshed, now: new Date() });
    expect(await publishedDifferences(site, lab.scope('published', first), refreshed)).toEqual([]);
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
    expect(await publishedDifferences(lab.site, lab.scope('published', second), refreshed)).toEqual([]);
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
    await publishLive(site, lab.scope('published', one), { ...refreshed, now: new Date() });
    await expect(
      publishLive(site, lab.scope('published', other), { ...refreshed, now: new Date() }),
    ).rejects.toMatchObject({
      code: 'Conflict',
    });
  });
});

describe('a rollback', () => {
  const run = '9'.repeat(16);
  const back = { box: 'lab', keep: 5, revision: null };

  it('serves the revision before, signed with a newer date, and holds scheduled refreshes off', async () => {
    const { site } = lab;
    const [older] = await readPublications(site);
    const before = dateOf(await inRelease());
    await chooseRevision(site, back, lab.scope('chosen', run));
    expect(await chosenDifferences(site, lab.scope('chosen', run))).toEqual([]);
    await stage(site, lab.scope('staged', run));
    expect(await servedDifferences(site, lab.scope('verified', run))).toEqual([]);
    // A date of apt's has whole seconds.
    while (Date.now() < before + 1000) await new Promise((resolve) => setTimeout(resolve, 50));
    await publishLive(site, lab.scope('published', run), { isHeld: true, now: new Date() });
    expect(await readPublished(site)).toMatchObject({ revision: older?.revision, isHeld: true });
    expect(dateOf(await inRelease())).toBeGreaterThan(before);
    expect(await publishedDifferences(site, lab.scope('published', run), { isHeld: true })).toEqual([]);
  });

  it('chooseRevision() refuses what is not kept, and says what is', async () => {
    const scope = lab.scope('chosen', '8'.repeat(16));
    const nowhere = chooseRevision(lab.site, back, scope);
    await expect(nowhere).rejects.toMatchObject({ message: 'No revision before the present one is kept' });
    const unknown = chooseRevision(lab.site, { ...back, revision: 'f'.repeat(64) }, scope);
    await expect(unknown).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: { cause: expect.stringMatching(/^kept: [0-9a-f]{16}, [0-9a-f]{16}$/) as string },
    });
  });

  it('servedDifferences() finds a byte that changed where the web server reads it', async () => {
    const { site } = lab;
    const files = await filesBelow(join(site.data, 'aptly/public/staging/generated/pool'));
    const path = files.get('libs_1.0+b1_all.deb') ?? '';
    const bytes = await readFile(path);
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(200) ^ 1, 200);
    await writeFile(path, changed);
    expect(await servedDifferences(site, lab.scope('verified', run))).toMatchObject([
      { what: 'served file of libs 1:1.0+b1', have: 'damaged' },
    ]);
    await writeFile(path, bytes);
  });
});

describe('retention', () => {
  it('removes what no kept revision names, and keeps all that one does', async () => {
    const { site } = lab;
    const run = '7'.repeat(16);
    await refresh(run);
    await publishLive(site, lab.scope('published', run), { ...refreshed, now: new Date() });
    // As if the others had been replaced long ago.
    const aged = (await readPublications(site)).map((each) => ({
      ...each,
      replacedAt: each.replacedAt === null ? null : new Date(0).toISOString(),
    }));
    await writePublications(site, aged);
    const scope = lab.scope('retained', run);
    expect(await surplusDifferences(site, { box: 'lab', keep: 1 }, scope)).toMatchObject([
      { have: String(aged.length), want: '1 kept' },
    ]);
    // Notes of finished runs name what these fetched.
    for (const nonce of await readdir(join(site.data, 'runs')))
      if (nonce !== run) await rm(join(site.data, 'runs', nonce), { recursive: true });
    const contents = await filesBelow(join(site.data, 'content/sha256'));
    for (const path of contents.values()) await utimes(path, 0, 0);
    await collect(site, { box: 'lab', keep: 1 }, lab.scope('retained', run));
    expect(await surplusDifferences(site, { box: 'lab', keep: 1 }, lab.scope('retained', run))).toEqual([]);
    const left = await filesBelow(join(site.data, 'content/sha256'));
    expect(left.size).toBeLessThan(contents.size);
    const pool = await filesBelow(join(site.data, 'aptly/public/live/generated/pool'));
    expect([...pool.keys()].sort()).toEqual([
      'app_3.0_all.deb',
      'libs_1.0+b1_all.deb',
      'runtime-impl_3_all.deb',
    ]);
    expect(await publishedDifferences(site, lab.scope('published', run), refreshed)).toEqual([]);
    const { packages } = await readMarked<DebPlan>(site, { nonce: run }, 'deb.plan');
    for (const each of packages) expect(await storeOf(site).soundness(each)).toBe('sound');
    expect(await runTrial(site, args, lab.scope('smoke.deb', run))).toMatch(/^3 packages taken by apt /);
  });

  it('collect() removes nothing when a kept revision cannot be read', async () => {
    const { site } = lab;
    const [only] = await readPublications(site);
    const path = storeOf(site).path(only?.revision ?? '');
    const bytes = await readFile(path);
    await chmod(path, 0o644);
    await writeFile(path, 'x');
    const before = await filesBelow(join(site.data, 'content/sha256'));
    const scope = lab.scope('retained', '7'.repeat(16));
    await expect(collect(site, { box: 'lab', keep: 1 }, scope)).rejects.toMatchObject({ code: 'Rejected' });
    expect(await filesBelow(join(site.data, 'content/sha256'))).toEqual(before);
    await writeFile(path, bytes);
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
