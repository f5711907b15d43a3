// SPDX-License-Identifier: Apache-2.0
// A bundle of Ansible collections, roles and Git repositories from a mirror to one that has no upstream, tried there by ansible-galaxy and git.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSignedBundle } from '../../../activities/clients/bundle/bundle-file.ts';
import { readReceived } from '../../../activities/clients/bundle/ledger.ts';
import { fetchAnsible } from '../../../activities/mirror/ansible/fetch.ts';
import { pinAnsible } from '../../../activities/mirror/ansible/pins.ts';
import { runAnsibleTrial } from '../../../activities/mirror/ansible/smoke.ts';
import { ansibleBuiltDifferences, buildAnsible } from '../../../activities/mirror/ansible/tree.ts';
import { ensureBundleKey } from '../../../activities/mirror/bundle/key.ts';
import { planBundle } from '../../../activities/mirror/bundle/plan.ts';
import { admit, takeSegments } from '../../../activities/mirror/bundle/take.ts';
import {
  completeDifferences,
  composeBundledRevision,
  unpack,
  unpackedDifferences,
} from '../../../activities/mirror/bundle/unpack.ts';
import { damagedDifferences, signBundle, writeBundle } from '../../../activities/mirror/bundle/write.ts';
import { fetchGit } from '../../../activities/mirror/git/fetch.ts';
import { pinGit } from '../../../activities/mirror/git/pins.ts';
import { runGitTrial } from '../../../activities/mirror/git/smoke.ts';
import { buildGit, gitBuiltDifferences } from '../../../activities/mirror/git/tree.ts';
import { readPublished } from '../../../activities/mirror/pointer.ts';
import { composeRevisionOf, publishLive, stage } from '../../../activities/mirror/publish.ts';
import { bundledArgs } from '../../../workflows/box/mirror/model.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import type { ExportArgs } from '../../../workflows/ports/mirror/bundle.ts';
import { ansibleCore } from '../ansible/ansible-core.ts';
import { serveGalaxy } from '../ansible/generated-galaxy.ts';
import { GitUpstream } from '../git/git-upstream.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { UpstreamServer } from '../upstream-server.ts';

const run = 'a'.repeat(16);
const key = secretRef('boxes/lab/bundle-key');
const network = { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' };
const refreshed = { isHeld: false, now: new Date() };

let galaxy: UpstreamServer;
let repositories: GitUpstream;
let near: MirrorLab;
let far: MirrorLab;
let folder: string;
let args: ExportArgs;

async function publishNear(): Promise<void> {
  const { site } = near;
  const scope = (step: string) => near.scope(step, run);
  const ansible = { box: 'near', limits: [], servers: args.ansible ?? [] };
  await pinAnsible(site, ansible, scope('ansible.pinned'));
  await fetchAnsible(site, ansible, scope('ansible.fetched'));
  await buildAnsible(site, scope('ansible.built'));
  const git = { box: 'near', limits: [], repositories: args.git ?? [] };
  await pinGit(site, git, scope('git.pinned'));
  await fetchGit(site, git, scope('git.fetched'));
  await buildGit(site, scope('git.built'));
  await composeRevisionOf(site, scope('revision'));
  await publishLive(site, scope('published'), refreshed);
}

beforeAll(async () => {
  galaxy = await UpstreamServer.start();
  repositories = await GitUpstream.start();
  const programs = [await ansibleCore()];
  near = await MirrorLab.create('near', programs);
  far = await MirrorLab.create('far', programs);
  folder = await mkdtemp(join(tmpdir(), 'holdfast-medium-'));
  const collections = [
    { name: 'lab.tools', version: '1.0.0', dependencies: { 'lab.base': '*' } },
    { name: 'lab.base', version: '1.0.0', bytes: 100_000 },
  ];
  serveGalaxy(galaxy, collections, {}, [{ name: 'lab.demo', versions: ['1.0.0', '1.1.0'] }]);
  await repositories.commit('tools', 'main', 'one.bin', 100_000);
  args = {
    box: 'near',
    folder: join(folder, 'bundle'),
    since: null,
    receivers: [],
    segmentBytes: 65_536,
    key,
    deb: [],
    pypi: [],
    oci: [],
    ansible: [
      {
        name: 'galaxy',
        url: galaxy.url,
        dependencies: 'closure',
        collections: [{ name: 'lab.tools', versions: '*', newest: 1 }],
        roles: [{ name: 'lab.demo', versions: ['1.0.0', '1.1.0'] }],
      },
    ],
    git: [{ name: 'tools', url: repositories.urlOf('tools'), refs: ['main'] }],
  };
  for (const { site, secrets } of [near, far])
    await ensureBundleKey(site, { box: site.box, reference: key }, secrets);
  await publishNear();
});

afterAll(async () => {
  await near?.remove();
  await far?.remove();
  await galaxy?.stop();
  await repositories?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a bundle of collections, roles and repositories', () => {
  it('is refused when the file of the mirror names other sources than are published', async () => {
    const { git: _, ...without } = args;
    await expect(planBundle(near.site, without, near.scope('export', 'b'.repeat(16)))).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: { cause: 'published: tools; in the file: none' },
    });
  });

  it('is built, tried and published where no upstream is, as the same revision', async () => {
    const written = near.scope('export', run);
    await planBundle(near.site, args, written);
    await writeBundle(near.site, args, written);
    expect(await damagedDifferences(near.site, args, written)).toEqual([]);
    await signBundle(near.site, args, written, near.secrets);
    await galaxy.stop();
    await repositories.stop();

    const { site } = far;
    const scope = (step: string) => far.scope(step, run);
    const [type, line] = (await readFile(join(near.site.data, 'keys/bundle-key.pub'), 'utf8')).split(' ');
    const receives = { site: 'near', signers: [`${type} ${line}`], threshold: 1 };
    const { bundle, digest } = await readSignedBundle(args.folder, receives, await readReceived(site.data));
    const { ansible } = bundledArgs({ name: 'far', network }, bundle);
    if (ansible === undefined) throw new Error('the bundle names no galaxy');
    await admit(site, { box: 'far', folder: args.folder, bundle: digest, receives }, scope('admitted'));
    await takeSegments(site, args, scope('segments'));
    expect(await completeDifferences(site, scope('complete'))).toEqual([]);
    await unpack(site, scope('unpacked'));
    expect(await unpackedDifferences(site, scope('unpacked'))).toEqual([]);
    await buildAnsible(site, scope('ansible.built'));
    expect(await ansibleBuiltDifferences(site, scope('ansible.built'))).toEqual([]);
    await buildGit(site, scope('git.built'));
    expect(await gitBuiltDifferences(site, scope('git.built'))).toEqual([]);
    await composeBundledRevision(site, scope('revision'));
    await stage(site, scope('staged'));
    expect(await runAnsibleTrial(site, ansible, scope('smoke.ansible'))).toMatch(
      /^2 collections taken by .*2 roles taken by /,
    );
    expect(await runGitTrial(site, scope('smoke.git'))).toMatch(/^1 refs cloned by git /);
    await publishLive(site, scope('published'), refreshed);
    expect((await readPublished(site))?.revision).toBe((await readPublished(near.site))?.revision);
  });
});
