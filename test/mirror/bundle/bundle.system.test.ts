// SPDX-License-Identifier: Apache-2.0
// A bundle of Debian packages and Python files from a mirror to one that has no upstream, built by real aptly and tried by apt and pip.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSignedBundle } from '../../../activities/clients/bundle/bundle-file.ts';
import { readReceived } from '../../../activities/clients/bundle/ledger.ts';
import { bundleKeyDifferences, ensureBundleKey } from '../../../activities/mirror/bundle/key.ts';
import { bundlePlanDifferences, planBundle } from '../../../activities/mirror/bundle/plan.ts';
import { receiptDifferences, writeReceipt } from '../../../activities/mirror/bundle/receipt.ts';
import {
  admit,
  admittedDifferences,
  segmentDifferences,
  takeSegments,
} from '../../../activities/mirror/bundle/take.ts';
import {
  bundledRevisionDifferences,
  completeDifferences,
  composeBundledRevision,
  layPypi,
  pypiLaidDifferences,
  unpack,
  unpackedDifferences,
} from '../../../activities/mirror/bundle/unpack.ts';
import {
  damagedDifferences,
  rewriteDamaged,
  signatureDifferences,
  signBundle,
  writeBundle,
  writtenDifferences,
} from '../../../activities/mirror/bundle/write.ts';
import { buildSnapshots, builtDifferences } from '../../../activities/mirror/deb/build.ts';
import { fetchPlanned } from '../../../activities/mirror/deb/fetch.ts';
import { pinAll } from '../../../activities/mirror/deb/pins.ts';
import { writePlanOf } from '../../../activities/mirror/deb/plan.ts';
import { runTrial } from '../../../activities/mirror/deb/smoke.ts';
import { fetchOci } from '../../../activities/mirror/oci/fetch.ts';
import { pinOci } from '../../../activities/mirror/oci/pins.ts';
import { runOciTrial } from '../../../activities/mirror/oci/smoke.ts';
import { buildOci, ociBuiltDifferences } from '../../../activities/mirror/oci/tree.ts';
import { readPublished } from '../../../activities/mirror/pointer.ts';
import {
  composeRevisionOf,
  publishedDifferences,
  publishLive,
  stage,
  stagedDifferences,
} from '../../../activities/mirror/publish.ts';
import { fetchPypi } from '../../../activities/mirror/pypi/fetch.ts';
import { pinPypi } from '../../../activities/mirror/pypi/pins.ts';
import { writePypiPlan } from '../../../activities/mirror/pypi/plan.ts';
import { runPypiTrial } from '../../../activities/mirror/pypi/smoke.ts';
import { buildPypi } from '../../../activities/mirror/pypi/tree.ts';
import { billDifferences, writeBills } from '../../../activities/mirror/bills/bills.ts';
import { bundledArgs } from '../../../workflows/box/mirror/model.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import type { ExportArgs } from '../../../workflows/ports/mirror/bundle.ts';
import type { DebArgs, OciArgs, PypiArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { DebArchive } from '../deb/deb-archive.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { registryTools, RegistryUpstream } from '../oci/registry-upstream.ts';
import { pythonIndex } from '../pypi/python-index.ts';
import { UpstreamServer } from '../upstream-server.ts';

const run = 'a'.repeat(16);
const key = secretRef('boxes/lab/bundle-key');
const farSpec = {
  name: 'far',
  network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
};
const refreshed = { isHeld: false, now: new Date() };

let archive: DebArchive;
let upstream: UpstreamServer;
let registry: RegistryUpstream;
let near: MirrorLab;
let far: MirrorLab;
let folder: string;
let args: ExportArgs;
let revision: string;

async function publishNear(): Promise<void> {
  const { site } = near;
  const deb: DebArgs = { box: 'near', limits: [], sources: args.deb };
  const pypi: PypiArgs = { box: 'near', limits: [], indexes: args.pypi };
  const scope = (step: string) => near.scope(step, run);
  await pinAll(site, deb, scope('deb.pinned'));
  await writePlanOf(site, deb, scope('deb.planned'));
  await fetchPlanned(site, deb, scope('deb.fetched'));
  await buildSnapshots(site, deb, scope('deb.built'));
  await pinPypi(site, pypi, scope('pypi.pinned'));
  await writePypiPlan(site, pypi, scope('pypi.planned'));
  await fetchPypi(site, pypi, scope('pypi.fetched'));
  await buildPypi(site, scope('pypi.built'));
  const oci: OciArgs = { box: 'near', limits: [], registries: args.oci, address: '10.1.1.2' };
  await pinOci(site, oci, scope('oci.pinned'));
  await fetchOci(site, oci, scope('oci.fetched'));
  await buildOci(site, oci, scope('oci.built'));
  await composeRevisionOf(site, scope('revision'));
  await publishLive(site, scope('published'), refreshed);
  revision = (await readPublished(site))?.revision ?? '';
}

beforeAll(async () => {
  archive = await DebArchive.create();
  upstream = await UpstreamServer.start();
  registry = await RegistryUpstream.start();
  await registry.push({ repository: 'team/app', tag: '1.0', layers: [{ name: 'app', bytes: 90_000 }] });
  const programs = [await registryTools()];
  near = await MirrorLab.create('near', programs);
  far = await MirrorLab.create('far', programs);
  folder = await mkdtemp(join(tmpdir(), 'holdfast-medium-'));
  const keyring = join(archive.folder, 'key.asc');
  await writeFile(keyring, archive.publicKey);
  args = {
    box: 'near',
    folder: join(folder, 'bundle'),
    since: null,
    receivers: [],
    segmentBytes: 65_536,
    key,
    deb: [
      {
        name: 'generated',
        url: upstream.url,
        suites: ['stable'],
        components: ['main'],
        architectures: ['amd64'],
        signedBy: keyring,
        packages: ['app'],
        dependencies: 'closure',
        checkValidUntil: true,
      },
    ],
    pypi: [
      {
        name: 'python',
        url: `${upstream.url}/simple`,
        pythons: ['3.13'],
        platforms: ['manylinux_2_36_x86_64'],
        sources: 'fallback',
        projects: [{ name: 'pure-thing', versions: '', newest: 1 }],
      },
    ],
    oci: [
      {
        name: 'images',
        url: `http://${registry.host}`,
        platforms: ['linux/amd64'],
        images: [{ name: 'team/app', tags: ['1.0'], signatures: true }],
      },
    ],
  };
  const packages = [
    { name: 'app', version: '1.0', depends: 'libs (>= 1)', bytes: 150_000 },
    { name: 'libs', version: '1:1.0+b1', bytes: 20_000 },
  ];
  for (const [path, bytes] of await archive.publish('stable', packages)) upstream.files.set(path, bytes);
  for (const [path, bytes] of pythonIndex([{ project: 'pure-thing', version: '1.0' }]))
    upstream.files.set(path, bytes);
  for (const { site, secrets } of [near, far])
    await ensureBundleKey(site, { box: site.box, reference: key }, secrets);
  await publishNear();
});

afterAll(async () => {
  await near?.remove();
  await far?.remove();
  await upstream?.stop();
  await registry?.stop();
  await archive?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('a bundle of packages, Python files and images', () => {
  it('is written, read again and signed, and a segment that the medium lost is written anew', async () => {
    const { site, secrets } = near;
    const scope = near.scope('export', run);
    expect(await bundleKeyDifferences(site, { box: 'near', reference: key }, secrets)).toEqual([]);
    await planBundle(site, args, scope);
    expect(await bundlePlanDifferences(site, scope)).toEqual([]);
    await writeBundle(site, args, scope);
    expect(await writtenDifferences(site, args, scope)).toEqual([]);
    const path = join(args.folder, 'segment-00001');
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(9) ^ 1, 9);
    await writeFile(path, bytes);
    expect(await damagedDifferences(site, args, scope)).toMatchObject([{ what: path }]);
    await rewriteDamaged(site, args, scope);
    expect(await damagedDifferences(site, args, scope)).toEqual([]);
    expect(await signatureDifferences(site, args, scope, secrets)).toHaveLength(1);
    await signBundle(site, args, scope, secrets);
    expect(await signatureDifferences(site, args, scope, secrets)).toEqual([]);
  });

  it('is built, tried and published where no upstream is, as the same revision', async () => {
    await upstream.stop();
    await registry.stop();
    const { site, secrets } = far;
    const scope = (step: string) => far.scope(step, run);
    const signer = (await readFile(join(near.site.data, 'keys/bundle-key.pub'), 'utf8'))
      .split(' ')
      .slice(0, 2)
      .join(' ');
    const receives = { site: 'near', signers: [signer], threshold: 1 };
    const { bundle, digest } = await readSignedBundle(args.folder, receives, await readReceived(site.data));
    const { deb, pypi, oci } = bundledArgs(farSpec, bundle);
    await admit(site, { box: 'far', folder: args.folder, bundle: digest, receives }, scope('admitted'));
    expect(await admittedDifferences(site, scope('admitted'))).toEqual([]);
    await takeSegments(site, args, scope('segments'));
    expect(await segmentDifferences(site, args, scope('segments'))).toEqual([]);
    expect(await completeDifferences(site, scope('complete'))).toEqual([]);
    await unpack(site, scope('unpacked'));
    expect(await unpackedDifferences(site, scope('unpacked'))).toEqual([]);
    await buildSnapshots(site, deb, scope('deb.built'));
    expect(await builtDifferences(site, deb, scope('deb.built'))).toEqual([]);
    await layPypi(site, scope('pypi.built'));
    expect(await pypiLaidDifferences(site, scope('pypi.built'))).toEqual([]);
    await buildOci(site, oci, scope('oci.built'));
    expect(await ociBuiltDifferences(site, oci, scope('oci.built'))).toEqual([]);
    await composeBundledRevision(site, scope('revision'));
    expect(await bundledRevisionDifferences(site, scope('revision'))).toEqual([]);
    await writeBills(site, scope('sbom'));
    expect(await billDifferences(site, scope('sbom'))).toEqual([]);
    await stage(site, scope('staged'));
    expect(await stagedDifferences(site, scope('staged'))).toEqual([]);
    expect(await runTrial(site, deb, scope('smoke.deb'))).toMatch(/^2 packages taken by apt /);
    expect(await runPypiTrial(site, pypi, scope('smoke.pypi'))).toMatch(/^1 wheels taken by pip /);
    expect(await runOciTrial(site, oci, scope('smoke.oci'))).toMatch(/^1 images taken by skopeo /);
    await publishLive(site, scope('published'), refreshed);
    expect(await publishedDifferences(site, scope('published'), refreshed)).toEqual([]);
    expect(await readPublished(site)).toMatchObject({ revision });
    await writeReceipt(site, join(folder, 'state'), { box: 'far', key }, scope('receipt'), secrets);
    expect(await receiptDifferences(site, join(folder, 'state'), scope('receipt'))).toEqual([]);
    await expect(
      readSignedBundle(args.folder, receives, await readReceived(site.data)),
    ).rejects.toMatchObject({
      facts: { cause: 'it was imported already, as generation 1' },
    });
  });
});
