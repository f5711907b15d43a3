// SPDX-License-Identifier: Apache-2.0
// Published images go into a real registry: killed in the middle again and again, no blob is sent twice; skopeo pulls them there.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchOci } from '../../../activities/mirror/oci/fetch.ts';
import { pinOci } from '../../../activities/mirror/oci/pins.ts';
import {
  blobDifferences,
  manifestDifferences,
  pushBlobs,
  pushManifests,
  pushTags,
  tagDifferences,
} from '../../../activities/mirror/oci/push.ts';
import { buildOci } from '../../../activities/mirror/oci/tree.ts';
import { composeRevisionOf, publishLive, stage } from '../../../activities/mirror/publish.ts';
import { readMarked } from '../../../activities/mirror/site.ts';
import { signatureTag, type OciManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';
import type { OciArgs } from '../../../workflows/ports/mirror/mirror.ts';
import type { PushArgs } from '../../../workflows/ports/mirror/push.ts';
import { bundleProgram } from '../../run-ts.mjs';
import { MirrorLab } from '../mirror-lab.ts';
import { RegistryRelay } from './registry-relay.ts';
import { registryTools, RegistryUpstream } from './registry-upstream.ts';

const pieceBytes = 500_000;

let upstream: RegistryUpstream;
let target: RegistryUpstream;
let relay: RegistryRelay;
let lab: MirrorLab;
let args: PushArgs;
let index: string;
let referrer: string;
let folder: string;

const base = { name: 'base', bytes: 3_000_000 };

async function published(run: string, oci: OciArgs): Promise<OciManifest> {
  const { site } = lab;
  await pinOci(site, oci, lab.scope('oci.pinned', run));
  await fetchOci(site, oci, lab.scope('oci.fetched', run));
  await buildOci(site, oci, lab.scope('oci.built', run));
  await composeRevisionOf(site, lab.scope('revision', run));
  await stage(site, lab.scope('staged', run));
  await publishLive(site, lab.scope('published', run), { isHeld: false, now: new Date() });
  return readMarked<OciManifest>(site, { nonce: run }, 'oci.manifest');
}

const ociArgs = (platforms: readonly string[]): OciArgs => {
  const images = ['team/app', 'team/other'].map((name) => ({ name, tags: ['1.0'], signatures: true }));
  const registry = { name: 'images', url: `http://${upstream.host}`, platforms, images };
  return { box: 'lab', limits: [], address: '10.1.2.2', registries: [registry] };
};

/** Sizes of blobs by digest: those of two repositories are sent once. */
const sizesOf = ({ registries }: OciManifest): number[] => {
  const blobs = registries.flatMap(({ repositories }) => repositories.flatMap((each) => each.blobs));
  return [...new Map(blobs.map(({ digest, size }) => [digest, size])).values()];
};
const sizeOf = (manifest: OciManifest): number => sizesOf(manifest).reduce((sum, size) => sum + size, 0);
const largestOf = (manifest: OciManifest): number => Math.max(...sizesOf(manifest));

const digestAt = async (reference: string): Promise<string> =>
  (
    await target.skopeo('inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${reference}`)
  ).trim();

beforeAll(async () => {
  [upstream, target] = [await RegistryUpstream.start(), await RegistryUpstream.start()];
  relay = await RegistryRelay.start(target.host);
  lab = await MirrorLab.create('lab', [await registryTools()]);
  folder = await mkdtemp(join(tmpdir(), 'holdfast-pushed-'));
  const layers = [base, { name: 'app', bytes: 2_000_000 }];
  index = await upstream.push({ repository: 'team/app', tag: '1.0', layers });
  await upstream.push({
    repository: 'team/app',
    tag: signatureTag(index),
    layers: [{ name: 'signature', bytes: 300 }],
  });
  referrer = await upstream.refer('team/app', index, 'application/vnd.example.sbom');
  await upstream.push({
    repository: 'team/other',
    tag: '1.0',
    layers: [base, { name: 'other', bytes: 400_000 }],
  });
  args = { box: 'lab', to: `http://${relay.host}` };
});

afterAll(async () => {
  await relay?.stop();
  await lab?.remove();
  await Promise.all([upstream?.stop(), target?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

describe('a push of published images', () => {
  it('refuses an index of which one platform alone is mirrored, and says what to do', async () => {
    await published('c'.repeat(16), ociArgs(['linux/amd64']));
    await pushBlobs(lab.site, args, lab.scope('blobs'));
    await expect(pushManifests(lab.site, args, lab.scope('manifests'))).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: expect.stringMatching(/^1 of 2 are of other platforms/) as string },
    });
    await expect(digestAt(`${target.host}/images/team/app:1.0`)).rejects.toThrow();
  });

  it('stopped after every few pieces, goes on where the registry is: no byte is sent twice', async () => {
    const whole = sizeOf(await published('d'.repeat(16), ociArgs(['linux/amd64', 'linux/arm64'])));
    const to = { ...args, to: `http://${relay.host}/first` };
    relay.takenBytes = 0;
    let stops = 0;
    for (let isOver = false; !isOver && stops < 100;) {
      const stop = new AbortController();
      let told = 0;
      const tell = (): void => {
        told += 1;
        if (told === 3) stop.abort();
      };
      const scope = { ...lab.scope('blobs'), signal: stop.signal, tell };
      isOver = await pushBlobs(lab.site, to, scope, { pieceBytes }).then(
        () => true,
        () => false,
      );
      if (!isOver) stops += 1;
    }
    console.info(`${whole} bytes of blobs, stopped ${stops} times: ${relay.takenBytes} bytes sent`);
    expect(stops).toBeGreaterThanOrEqual(4);
    expect(relay.takenBytes).toBe(whole);
    expect(await blobDifferences(lab.site, to, lab.scope('blobs'))).toEqual([]);
    expect(await readdir(join(lab.site.data, 'pushes'))).toEqual([]);
  });

  it('killed in the middle of a piece, sends that one blob anew, and no finished one', async () => {
    const manifest = await readMarked<OciManifest>(lab.site, { nonce: 'd'.repeat(16) }, 'oci.manifest');
    const whole = sizeOf(manifest);
    const to = { ...args, to: `http://${relay.host}/second` };
    const words = [lab.site.data, to.to, String(pieceBytes)];
    const program = [await bundleProgram('test/mirror/oci/push-program.ts'), ...words];
    relay.takenBytesPerSecond = 4_000_000;
    relay.takenBytes = 0;
    let kills = 0;
    for (const share of [0.15, 0.3, 0.45, 0.6, 0.75, 0.9]) {
      const pushing = execa('node', program, { reject: false });
      let isOver = false;
      void pushing.then(() => (isOver = true));
      while (relay.takenBytes < share * whole && !isOver) await sleep(5);
      if (!isOver) kills += 1;
      pushing.kill('SIGKILL');
      await pushing;
    }
    relay.takenBytesPerSecond = Number.POSITIVE_INFINITY;
    await pushBlobs(lab.site, to, lab.scope('blobs'), { pieceBytes });
    const twice = relay.takenBytes - whole;
    console.info(`${whole} bytes of blobs, ${kills} kills: ${twice} bytes sent twice`);
    expect(kills).toBeGreaterThanOrEqual(4);
    // distribution 2.8 forgets an upload of which it has other bytes than it said last.
    expect(twice).toBeLessThanOrEqual(kills * largestOf(manifest));
    const puts = relay.asked.filter((each) => each.startsWith('PUT ') && each.includes('/second/'));
    const digests = puts.map((each) => /digest=sha256%3A([0-9a-f]{64})/.exec(each)?.[1]);
    expect(new Set(digests).size).toBe(puts.length);
    expect(await blobDifferences(lab.site, to, lab.scope('blobs'))).toEqual([]);
    expect(await readdir(join(lab.site.data, 'pushes'))).toEqual([]);
  });

  it('mounts what another repository has, and sends no body for it', async () => {
    const mounted = relay.asked.filter((each) => each.startsWith('POST ') && each.includes('mount='));
    expect(mounted.some((each) => each.includes('/team/other/'))).toBe(true);
  });

  it('pushes manifests before tags, with signatures and what refers to an image; skopeo pulls it there', async () => {
    const to = { ...args, to: `http://${relay.host}/second` };
    const place = `${target.host}/second/images/team/app`;
    expect(await manifestDifferences(lab.site, to, lab.scope('manifests'))).toHaveLength(1);
    await pushManifests(lab.site, to, lab.scope('manifests'));
    expect(await manifestDifferences(lab.site, to, lab.scope('manifests'))).toEqual([]);
    await expect(digestAt(`${place}:1.0`)).rejects.toThrow();
    expect((await tagDifferences(lab.site, to, lab.scope('tags'))).length).toBeGreaterThanOrEqual(3);
    await pushTags(lab.site, to, lab.scope('tags'));
    expect(await tagDifferences(lab.site, to, lab.scope('tags'))).toEqual([]);
    expect(await digestAt(`${place}:1.0`)).toBe(`sha256:${index}`);
    expect(await digestAt(`${place}:${signatureTag(index)}`)).toMatch(/^sha256:/);
    const listed = await fetch(`http://${place.replace('/second', '/v2/second')}/manifests/sha256-${index}`, {
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    });
    expect(await listed.text()).toContain(referrer);
    await target.skopeo(
      'copy',
      '--all',
      '--src-tls-verify=false',
      `docker://${place}:1.0`,
      `dir:${folder}/pulled`,
    );
  });

  it('sends nothing the second time', async () => {
    const to = { ...args, to: `http://${relay.host}/second` };
    relay.takenBytes = 0;
    await pushBlobs(lab.site, to, lab.scope('blobs'));
    await pushTags(lab.site, to, lab.scope('tags'));
    expect(relay.takenBytes).toBe(0);
  });

  it('is refused by a registry that wants a login, and by one that leads elsewhere', async () => {
    relay.answersWith = 401;
    await expect(pushBlobs(lab.site, args, lab.scope('blobs'))).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: 'HTTP 401: it wants a login, which is not supported' },
    });
    relay.answersWith = null;
    relay.leadsTo = 'http://127.0.0.1:9/';
    await expect(
      pushBlobs(lab.site, { ...args, to: `${args.to}/third` }, lab.scope('blobs')),
    ).rejects.toMatchObject({ facts: { cause: 'it leads to another host: 127.0.0.1:9' } });
  });
});
