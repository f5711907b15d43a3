// SPDX-License-Identifier: Apache-2.0
// A refresh of Git repositories by real git and nginx: from branches and tags behind http-backend to clones without a server.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../activities/mirror/collect.ts';
import {
  fetchGit,
  missingPackDifferences,
  repairGit,
  unsoundPackDifferences,
} from '../../../activities/mirror/git/fetch.ts';
import { gitPinDifferences, gitRefreshDifferences, pinGit } from '../../../activities/mirror/git/pins.ts';
import { gitSmokeDifferences, runGitTrial } from '../../../activities/mirror/git/smoke.ts';
import { buildGit, gitBuiltDifferences } from '../../../activities/mirror/git/tree.ts';
import { readPublished, writePublications } from '../../../activities/mirror/pointer.ts';
import {
  composeRevisionOf,
  publishedDifferences,
  publishLive,
  stage,
  stagedDifferences,
} from '../../../activities/mirror/publish.ts';
import { billDifferences, writeBills } from '../../../activities/mirror/bills/bills.ts';
import { readMarked, storeMarked, storeOf } from '../../../activities/mirror/site.ts';
import type { GitManifest } from '../../../workflows/contracts/mirror/git/pins.ts';
import type { GitArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { GitUpstream } from './git-upstream.ts';

const [first, second, third] = ['a', 'b', 'c'].map((each) => each.repeat(16)) as [string, string, string];
const refreshed = { isHeld: false };
const bytes = 200_000;

let upstream: GitUpstream;
let lab: MirrorLab;
let args: GitArgs;
/** Ids as git says them. */
let main: string;
let tagged: string;

async function refresh(run: string): Promise<void> {
  const { site } = lab;
  await pinGit(site, args, lab.scope('git.pinned', run));
  expect(await gitPinDifferences(site, lab.scope('git.pinned', run))).toEqual([]);
  await fetchGit(site, args, lab.scope('git.fetched', run));
  expect(await missingPackDifferences(site, lab.scope('git.fetched', run))).toEqual([]);
  await build(run);
}

async function build(run: string): Promise<void> {
  const { site } = lab;
  expect(await unsoundPackDifferences(site, lab.scope('git.verified', run))).toEqual([]);
  await buildGit(site, lab.scope('git.built', run));
  expect(await gitBuiltDifferences(site, lab.scope('git.built', run))).toEqual([]);
  await composeRevisionOf(site, lab.scope('revision', run));
  await writeBills(site, lab.scope('sbom', run));
  expect(await billDifferences(site, lab.scope('sbom', run))).toEqual([]);
  await stage(site, lab.scope('staged', run));
  expect(await stagedDifferences(site, lab.scope('staged', run))).toEqual([]);
}

/** As a person would, from what clients see. Returns the commit that is checked out. */
async function cloned(...options: string[]): Promise<string> {
  const folder = join(lab.site.data, 'clones', String(Math.random()).slice(2));
  const url = `http://127.0.0.1:${lab.site.webPort}/git/tools.git`;
  await execa('git', ['clone', '--quiet', ...options, url, folder]);
  return (await execa('git', ['-C', folder, 'rev-parse', 'HEAD'])).stdout;
}

beforeAll(async () => {
  upstream = await GitUpstream.start();
  lab = await MirrorLab.create();
  await upstream.commit('tools', 'main', 'one.bin', bytes);
  main = await upstream.commit('tools', 'main', 'two.bin', bytes);
  tagged = await upstream.tag('tools', 'v1.0', main);
  await upstream.commit('tools', 'stable/1', 'three.bin', bytes);
  await upstream.commit('tools', 'unwanted', 'large.bin', 50 * bytes);
  await upstream.commit('other', 'main', 'one.bin', 3 * bytes);
  args = {
    box: 'lab',
    limits: [],
    repositories: [
      { name: 'tools', url: upstream.urlOf('tools'), refs: ['main', 'v1.0', 'stable/1'] },
      { name: 'other', url: upstream.urlOf('other'), refs: ['refs/heads/main'] },
    ],
  };
});

afterAll(async () => {
  await lab?.remove();
  await upstream?.stop();
});

describe('a refresh of Git repositories', () => {
  it('fetches what the refs lead to and nothing else', async () => {
    const { site } = lab;
    expect(await gitRefreshDifferences(site, args, lab.scope('git.plan'))).toMatchObject([
      { what: 'refs of tools', have: '0 of 3 refs' },
      { what: 'refs of other', have: '0 of 1 refs' },
    ]);
    expect(upstream.sentBytes).toBe(0);
    await pinGit(site, args, lab.scope('git.pinned', first));
    await fetchGit(site, args, lab.scope('git.fetched', first));
    expect(await missingPackDifferences(site, lab.scope('git.fetched', first))).toEqual([]);
    const whole = upstream.sentBytes;
    // Four packs were due, of which the unwanted branch would be the largest.
    expect(whole).toBeGreaterThan(6 * bytes);
    expect(whole).toBeLessThan(8 * bytes);
  });

  it('goes on behind the last whole pack when one was cut off', async () => {
    const { site } = lab;
    const run = 'f'.repeat(16);
    await pinGit(site, args, lab.scope('git.pinned', run));
    upstream.sentBytes = 0;
    upstream.asked.length = 0;
    // The packs of the first repository are smaller, that of the second is not.
    upstream.cutAfter = 2.25 * bytes;
    const cut = await fetchGit(site, args, lab.scope('git.fetched', run)).then(
      () => 'whole',
      (error: Error) => error.message,
    );
    expect(cut).toMatch(/does not send/);
    const before = upstream.sentBytes;
    await fetchGit(site, args, lab.scope('git.fetched', run));
    // Only the pack that was cut comes again.
    expect(before).toBeGreaterThan(5 * bytes);
    expect(upstream.sentBytes - before).toBeLessThan(3.1 * bytes);
    upstream.sentBytes = 0;
    await fetchGit(site, args, lab.scope('git.fetched', run));
    expect(upstream.sentBytes).toBe(0);
  });

  it('is cloned by a real git that reaches nothing else, while an altered pack is refused', async () => {
    const { site } = lab;
    await build(first);
    expect(await gitSmokeDifferences(site, lab.scope('smoke.git', first))).toHaveLength(1);
    expect(await runGitTrial(site, lab.scope('smoke.git', first))).toMatch(
      /^4 refs cloned by git [\d.]+; an altered pack refused$/,
    );
    expect(await gitSmokeDifferences(site, lab.scope('smoke.git', first))).toEqual([]);
  });

  it('shows clients nothing before it is published, then branches and tags as they are pinned', async () => {
    const { site } = lab;
    await expect(cloned()).rejects.toThrow('not found');
    await publishLive(site, lab.scope('published', first), { ...refreshed, now: new Date() });
    expect(await publishedDifferences(site, lab.scope('published', first), refreshed)).toEqual([]);
    expect(await cloned()).toBe(main);
    expect(await cloned('--branch', 'v1.0')).toBe(main);
    const listed = await execa('git', [
      'ls-remote',
      `http://127.0.0.1:${site.webPort}/git/tools.git`,
      'v1.0',
    ]);
    expect(listed.stdout).toContain(tagged);
  });

  it('fetches what is new alone, and heals a pack that changed on the disk', async () => {
    const { site } = lab;
    upstream.sentBytes = 0;
    await refresh(second);
    expect(upstream.sentBytes).toBe(0);

    const newer = await upstream.commit('tools', 'main', 'four.bin', 1000);
    upstream.sentBytes = 0;
    await refresh(third);
    expect(upstream.sentBytes).toBeGreaterThan(1000);
    expect(upstream.sentBytes).toBeLessThan(bytes / 10);
    const { repositories } = await readMarked<GitManifest>(
      site,
      lab.scope('x', third).context,
      'git.manifest',
    );
    const [pack] = repositories[0]?.packs ?? [];
    const path = storeOf(site).path(pack?.digest ?? '');
    await chmod(path, 0o644);
    await writeFile(path, 'rot', { flag: 'r+' });
    expect(await unsoundPackDifferences(site, lab.scope('git.verified', third))).toHaveLength(1);
    await repairGit(site, args, lab.scope('git.verified', third));
    await build(third);
    await publishLive(site, lab.scope('published', third), { ...refreshed, now: new Date() });
    expect(await cloned()).toBe(newer);
  });

  it('refuses to build of packs in which an object is missing', async () => {
    const { site } = lab;
    const run = 'd'.repeat(16);
    const { repositories } = await readMarked<GitManifest>(
      site,
      lab.scope('x', third).context,
      'git.manifest',
    );
    const [tools] = repositories;
    if (tools === undefined) throw new Error('nothing is mirrored');
    await pinGit(site, args, lab.scope('git.pinned', run));
    await fetchGit(site, args, lab.scope('git.fetched', run));
    await storeMarked(site, lab.scope('x', run).context, 'git.packs', {
      repositories: repositories.map((each) => ({ ...each, packs: each === tools ? [] : each.packs })),
    });
    await expect(buildGit(site, lab.scope('git.built', run))).rejects.toMatchObject({
      facts: { exitCode: 128 },
    });
  });

  it('removes the repositories and packs that no kept revision names', async () => {
    const { site } = lab;
    const { revision = '', publishedAt = '' } = (await readPublished(site)) ?? {};
    await writePublications(site, [{ revision, publishedAt, replacedAt: null }]);
    await collect(site, { box: 'lab', keep: 1 }, lab.scope('retained', third));
    const trees = await execa('ls', [join(site.data, 'git/trees')]);
    expect(trees.stdout.split('\n')).toHaveLength(1);
    await expect(cloned()).resolves.toMatch(/^[0-9a-f]{40}$/);
  });
});

describe('what must be refused', () => {
  const pinned = (repository: object) =>
    pinGit(
      lab.site,
      { ...args, repositories: [{ ...args.repositories[0]!, ...repository }] },
      lab.scope('git.pinned', 'e'.repeat(16)),
    );

  it('a ref that is not there, by its name', async () => {
    await expect(pinned({ refs: ['main', 'v9'] })).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: { cause: 'neither a branch nor a tag: v9' },
    });
  });

  it('what is not a repository', async () => {
    await expect(pinned({ url: upstream.urlOf('absent') })).rejects.toMatchObject({ code: 'Rejected' });
  });
});
