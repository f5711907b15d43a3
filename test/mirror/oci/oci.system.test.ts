// SPDX-License-Identifier: Apache-2.0
// A refresh of container images by a real registry, nginx and skopeo: from tags upstream to a revision that skopeo pulls.
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect } from '../../../activities/mirror/collect.ts';
import {
  fetchOci,
  missingBlobDifferences,
  repairOci,
  unsoundBlobDifferences,
} from '../../../activities/mirror/oci/fetch.ts';
import { ociPinDifferences, ociRefreshDifferences, pinOci } from '../../../activities/mirror/oci/pins.ts';
import { ociSmokeDifferences, runOciTrial } from '../../../activities/mirror/oci/smoke.ts';
import { buildOci, ociBuiltDifferences } from '../../../activities/mirror/oci/tree.ts';
import { readPublications, writePublications } from '../../../activities/mirror/pointer.ts';
import {
  composeRevisionOf,
  publishedDifferences,
  publishLive,
  stage,
  stagedDifferences,
} from '../../../activities/mirror/publish.ts';
import { filesBelow } from '../../../activities/mirror/rollback.ts';
import { billDifferences, writeBills } from '../../../activities/mirror/bills/bills.ts';
import { readMarked, storeOf } from '../../../activities/mirror/site.ts';
import { signatureTag, type OciManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';
import type { OciArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { parseOciManifest } from '../../../workflows/contracts/mirror/manifest.schema.ts';
import { RegistryRelay } from './registry-relay.ts';
import { sha256Of } from '../upstream-server.ts';
import { registryTools, RegistryUpstream } from './registry-upstream.ts';

const [first, second] = ['a', 'b'].map((each) => each.repeat(16)) as [string, string];
const refreshed = { isHeld: false };

let upstream: RegistryUpstream;
let lab: MirrorLab;
let args: OciArgs;
let index: string;
let folder: string;

const base = { name: 'base', bytes: 300_000 };

async function refresh(run: string): Promise<void> {
  const { site } = lab;
  await pinOci(site, args, lab.scope('oci.pinned', run));
  expect(await ociPinDifferences(site, lab.scope('oci.pinned', run))).toEqual([]);
  await fetchOci(site, args, lab.scope('oci.fetched', run));
  expect(await missingBlobDifferences(site, lab.scope('oci.fetched', run))).toEqual([]);
  expect(await unsoundBlobDifferences(site, lab.scope('oci.verified', run))).toEqual([]);
  await buildOci(site, args, lab.scope('oci.built', run));
  expect(await ociBuiltDifferences(site, args, lab.scope('oci.built', run))).toEqual([]);
  await composeRevisionOf(site, lab.scope('revision', run));
  await writeBills(site, lab.scope('sbom', run));
  expect(await billDifferences(site, lab.scope('sbom', run))).toEqual([]);
  await stage(site, lab.scope('staged', run));
  expect(await stagedDifferences(site, lab.scope('staged', run))).toEqual([]);
}

const mirror = (): string => `127.0.0.1:${lab.site.webPort}/images/team/app`;

const rawDigest = async (reference: string): Promise<string> =>
  (
    await upstream.skopeo('inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${reference}`)
  ).trim();

beforeAll(async () => {
  upstream = await RegistryUpstream.start();
  lab = await MirrorLab.create('lab', [await registryTools()]);
  folder = await mkdtemp(join(tmpdir(), 'holdfast-pulled-'));
  index = await upstream.push({
    repository: 'team/app',
    tag: '1.0',
    layers: [base, { name: 'app', bytes: 50_000 }],
  });
  // As cosign lays a signature beside an image.
  await upstream.push({
    repository: 'team/app',
    tag: signatureTag(index),
    layers: [{ name: 'signature', bytes: 300 }],
  });
  const image = { name: 'team/app', tags: ['1.0'], signatures: true };
  const registry = {
    name: 'images',
    url: `http://${upstream.host}`,
    platforms: ['linux/amd64'],
    images: [image],
  };
  args = { box: 'lab', limits: [], address: '10.1.2.2', registries: [registry] };
});

afterAll(async () => {
  await lab?.remove();
  await upstream?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a refresh of container images', () => {
  it('plans the blobs of the wanted platform, fetches each once, and keeps the index as it is', async () => {
    expect(await ociRefreshDifferences(lab.site, args, lab.scope('oci.plan'))).toMatchObject([
      { what: 'images of images', have: expect.stringMatching(/^0 of 5 files/) as string },
    ]);
    await refresh(first);
    const { registries } = await readMarked<OciManifest>(lab.site, { nonce: first }, 'oci.manifest');
    expect(registries[0]?.repositories[0]?.tags).toMatchObject({
      '1.0': index,
      [signatureTag(index)]: expect.any(String) as string,
    });
  });

  it('is taken by a real skopeo that reaches nothing else, while an altered blob is refused', async () => {
    const { site } = lab;
    expect(await ociSmokeDifferences(site, lab.scope('smoke.oci', first))).toHaveLength(1);
    expect(await runOciTrial(site, args, lab.scope('smoke.oci', first))).toMatch(
      /^1 images taken by skopeo [\d.]+; an altered one refused$/,
    );
    expect(await ociSmokeDifferences(site, lab.scope('smoke.oci', first))).toEqual([]);
  });

  it('shows clients nothing before it is published, then tag, digest, signature and what leads tools to it', async () => {
    const { site } = lab;
    await expect(rawDigest(`${mirror()}:1.0`)).rejects.toThrow();
    await publishLive(site, lab.scope('published', first), { ...refreshed, now: new Date() });
    expect(await publishedDifferences(site, lab.scope('published', first), refreshed)).toEqual([]);
    expect(await rawDigest(`${mirror()}:1.0`)).toBe(`sha256:${index}`);
    expect(await rawDigest(`${mirror()}@sha256:${index}`)).toBe(`sha256:${index}`);
    await upstream.skopeo(
      'copy',
      '--override-arch=amd64',
      '--src-tls-verify=false',
      `docker://${mirror()}:1.0`,
      `dir:${folder}/pulled`,
    );
    await upstream.skopeo(
      'copy',
      '--override-arch=amd64',
      '--src-tls-verify=false',
      `docker://${mirror()}:${signatureTag(index)}`,
      `dir:${folder}/signature`,
    );
    const tags = await upstream.skopeo('list-tags', '--tls-verify=false', `docker://${mirror()}`);
    expect(JSON.parse(tags)).toMatchObject({ Tags: ['1.0', signatureTag(index)] });
    const web = `http://127.0.0.1:${site.webPort}`;
    const conf = await (await fetch(`${web}/containers/registries.conf`)).text();
    expect(conf).toContain(`prefix = "${upstream.host}"`);
    expect(conf).toContain('location = "10.1.2.2/images"');
    const hosts = await (await fetch(`${web}/containers/hosts/${upstream.host}/hosts.toml`)).text();
    expect(hosts).toContain('[host."http://10.1.2.2/v2/images"]');
  });

  it('sends a client of the upstream name to the mirror by the emitted registries.conf', async () => {
    const path = join(folder, 'registries.conf');
    const conf = await (
      await fetch(`http://127.0.0.1:${lab.site.webPort}/containers/registries.conf`)
    ).text();
    await writeFile(
      path,
      conf
        .replace('10.1.2.2/images', `127.0.0.1:${lab.site.webPort}/images`)
        .replaceAll(upstream.host, 'registry.invalid'),
    );
    const pulled = `dir:${folder}/redirected`;
    await upstream.skopeo(
      '--registries-conf',
      path,
      'copy',
      '--override-arch=amd64',
      'docker://registry.invalid/team/app:1.0',
      pulled,
    );
    const manifest = JSON.parse(await readFile(join(folder, 'redirected/manifest.json'), 'utf8')) as {
      layers: object[];
    };
    expect(manifest.layers).toHaveLength(2);
  });

  it('heals a blob that changed on the disk', async () => {
    const { site } = lab;
    const { registries } = await readMarked<OciManifest>(site, { nonce: first }, 'oci.manifest');
    const path = storeOf(site).path(registries[0]?.repositories[0]?.blobs[0]?.digest ?? '');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
    await chmod(path, 0o644);
    await writeFile(path, bytes);
    expect(await unsoundBlobDifferences(site, lab.scope('oci.verified', first))).toMatchObject([
      { have: 'rotten' },
    ]);
    await repairOci(site, args, lab.scope('oci.verified', first));
    expect(await unsoundBlobDifferences(site, lab.scope('oci.verified', first))).toEqual([]);
  });

  it('follows a tag that moved, fetches what is new alone, and removes what no kept revision names', async () => {
    const { site } = lab;
    const moved = await upstream.push({
      repository: 'team/app',
      tag: '1.0',
      layers: [base, { name: 'app 2', bytes: 40_000 }],
    });
    expect(await ociRefreshDifferences(site, args, lab.scope('oci.plan', second))).toMatchObject([
      { have: expect.stringMatching(/^1 of 3 files/) as string },
    ]);
    await refresh(second);
    await publishLive(site, lab.scope('published', second), { ...refreshed, now: new Date() });
    expect(await rawDigest(`${mirror()}:1.0`)).toBe(`sha256:${moved}`);
    const aged = (await readPublications(site)).map((each) => ({
      ...each,
      replacedAt: each.replacedAt === null ? null : new Date(0).toISOString(),
    }));
    await writePublications(site, aged);
    await collect(site, { box: 'lab', keep: 1 }, lab.scope('retained', second));
    const trees = await filesBelow(join(site.data, 'oci/trees'));
    expect([...trees.values()].filter((path) => path.includes(index))).toEqual([]);
    expect(await rawDigest(`${mirror()}:1.0`)).toBe(`sha256:${moved}`);
  });
});

describe('what refers to an image', () => {
  const run = 'e'.repeat(16);
  const listed = async (path: string): Promise<{ readonly status: number; readonly manifests: object[] }> => {
    const answer = await fetch(`http://${mirror().replace('/', '/v2/')}/referrers/${path}`);
    const type = answer.headers.get('content-type');
    if (answer.status === 200) expect(type).toBe('application/vnd.oci.image.index.v1+json');
    const { manifests = [] } =
      answer.status === 200 ? ((await answer.json()) as { manifests?: object[] }) : {};
    return { status: answer.status, manifests };
  };

  it.each(['by the tag of the list', 'by the list of the registry'])(
    'is found %s, and served as such a list',
    async (way) => {
      const { site } = lab;
      const relay = await RegistryRelay.start(upstream.host);
      relay.hasReferrers = way.endsWith('registry');
      const subject = await upstream.push({ repository: 'team/app', tag: '2.0', layers: [base] });
      const bill = await upstream.refer('team/app', subject, 'application/spdx+json');
      const registry = { ...args.registries[0], url: `http://${relay.host}` };
      const image = { name: 'team/app', tags: ['2.0'], signatures: true };
      const before = args;
      args = { ...args, registries: [{ ...registry, images: [image] }] as OciArgs['registries'] };
      const nonce = relay.hasReferrers ? run : 'f'.repeat(16);
      await refresh(nonce);
      args = before;
      await publishLive(site, lab.scope('published', nonce), { ...refreshed, now: new Date() });
      expect(await listed(`sha256:${subject}`)).toMatchObject({
        status: 200,
        manifests: [
          {
            digest: `sha256:${bill}`,
            artifactType: 'application/spdx+json',
            annotations: { 'org.opencontainers.image.created': '2026-01-02T03:04:05Z' },
          },
        ],
      });
      expect(await listed(`sha256:${bill}`)).toEqual({ status: 200, manifests: [] });
      expect(await listed(`sha256:${'0'.repeat(64)}`)).toMatchObject({ status: 404 });
      const raw = ['inspect', '--raw', '--tls-verify=false', `docker://${mirror()}@sha256:${bill}`];
      expect(sha256Of(Buffer.from(await upstream.skopeo(...raw)))).toBe(bill);
      const { registries } = await readMarked<OciManifest>(site, { nonce }, 'oci.manifest');
      expect(parseOciManifest(JSON.parse(JSON.stringify({ kind: 'oci', registries })))).toMatchObject({
        ok: true,
      });
      const asked = relay.asked.filter((each) => each.includes('/referrers/'));
      // A registry without such lists is asked for one once.
      if (!relay.hasReferrers) expect(asked).toHaveLength(1);
      await relay.stop();
    },
  );
});

describe('images of the former format of Docker', () => {
  it('keep their digest and their type: a copy in another format would be another image', async () => {
    const { site } = lab;
    const nonce = '8'.repeat(16);
    const to = `docker://${upstream.host}/team/docker:1.0`;
    const from = `docker://${upstream.host}/team/app:1.0`;
    const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
    await upstream.skopeo('copy', '--override-arch=amd64', '--format=v2s2', ...plain, from, to);
    const raw = await upstream.skopeo('inspect', '--raw', '--tls-verify=false', to);
    const [registry] = args.registries;
    const image = { name: 'team/docker', tags: ['1.0'], signatures: false };
    const before = args;
    args = { ...args, registries: [{ ...registry, images: [image] }] as OciArgs['registries'] };
    await refresh(nonce);
    args = before;
    await publishLive(site, lab.scope('published', nonce), { ...refreshed, now: new Date() });
    const served = await fetch(`http://127.0.0.1:${site.webPort}/v2/images/team/docker/manifests/1.0`);
    expect(served.headers.get('content-type')).toBe('application/vnd.docker.distribution.manifest.v2+json');
    expect(await served.text()).toBe(raw);
  });
});

describe('what must be refused', () => {
  it('pinOci() names an image that the registry does not have, and a platform that the image does not', async () => {
    const [registry] = args.registries;
    const withImage = (change: object): OciArgs => ({
      ...args,
      registries: [{ ...registry, images: [{ ...registry?.images[0], ...change }] }] as OciArgs['registries'],
    });
    const scope = lab.scope('oci.pinned', 'c'.repeat(16));
    await expect(pinOci(lab.site, withImage({ tags: ['9.9'] }), scope)).rejects.toMatchObject({
      code: 'Rejected',
      message: expect.stringContaining('has no image team/app:9.9') as string,
    });
    await expect(pinOci(lab.site, withImage({ platforms: ['linux/riscv64'] }), scope)).rejects.toMatchObject({
      facts: { cause: expect.objectContaining({ message: 'no image for linux/riscv64' }) as Error },
    });
  });
});
