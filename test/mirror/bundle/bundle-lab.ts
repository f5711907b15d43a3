// SPDX-License-Identifier: Apache-2.0
// Two sites in folders of this machine and a medium between them: Python files alone, so that neither needs aptly nor a box.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newSiteKey, publicLineOf } from '../../../activities/clients/bundle/site-key.ts';
import { readSignedBundle } from '../../../activities/clients/bundle/bundle-file.ts';
import { readReceived } from '../../../activities/clients/bundle/ledger.ts';
import type { SecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { readText } from '../../../activities/clients/state/local-files.ts';
import { Host } from '../../../activities/hosts/host.ts';
import { thisMachine } from '../../../activities/hosts/transport.ts';
import { planBundle } from '../../../activities/mirror/bundle/plan.ts';
import { receiptDifferences, writeReceipt } from '../../../activities/mirror/bundle/receipt.ts';
import { admit, segmentDifferences, takeSegments } from '../../../activities/mirror/bundle/take.ts';
import {
  completeDifferences,
  composeBundledRevision,
  layPypi,
  unpack,
} from '../../../activities/mirror/bundle/unpack.ts';
import {
  damagedDifferences,
  signBundle,
  writeBundle,
  writtenDifferences,
} from '../../../activities/mirror/bundle/write.ts';
import { publishLive, stage } from '../../../activities/mirror/publish.ts';
import { layManifest } from '../../../activities/mirror/pypi/tree.ts';
import { storeMarked, storeOf, writeMark } from '../../../activities/mirror/site.ts';
import type { AptlySite } from '../../../activities/mirror/deb/aptly.ts';
import type { StepScope } from '../../../activities/step-scope.ts';
import { stepScopeOf } from '../step-scope.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import { receiptFile, type Receives } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { PypiManifest } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import { nothing, type SiteRevision } from '../../../workflows/contracts/mirror/revision.ts';
import type { ExportArgs } from '../../../workflows/ports/mirror/bundle.ts';
import { readPublished } from '../../../activities/mirror/pointer.ts';
import { generated } from '../upstream-server.ts';

const key = secretRef('boxes/site/bundle-key');

export interface LabSite {
  readonly site: AptlySite;
  readonly privateKey: string;
  readonly publicKey: string;
  readonly secrets: SecretStore;
}

/** The indexes as a spec names them. */
const indexes: ExportArgs['pypi'] = [
  {
    name: 'python',
    url: 'http://index.test/simple',
    pythons: ['3.13'],
    platforms: ['manylinux_2_41_x86_64'],
    sources: 'fallback',
    projects: [{ name: 'thing', versions: '', newest: 1 }],
  },
];

export class BundleLab {
  receives: Receives;
  /** For each piece that is moved, so that a process can be killed on its way. */
  pauseMilliseconds = 0;
  #runs = 0;

  private constructor(
    readonly folder: string,
    readonly near: LabSite,
    readonly far: LabSite,
  ) {
    this.receives = { site: 'near', signers: [near.publicKey], threshold: 1 };
  }

  static async create(): Promise<BundleLab> {
    return BundleLab.open(await mkdtemp(join(tmpdir(), 'holdfast-bundle-')));
  }

  /** As another process finds it. */
  static async open(folder: string): Promise<BundleLab> {
    return new BundleLab(folder, await labSite(folder, 'near'), await labSite(folder, 'far'));
  }

  /** Where a medium is mounted. */
  get medium(): string {
    return join(this.folder, 'medium');
  }

  get stateDirectory(): string {
    return join(this.folder, 'state');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Of a new run, or of the one that is named. */
  scope(run = this.newRun(), signal = new AbortController().signal): StepScope {
    // No command of an earlier try can run: none runs at all.
    const tell = (): void => this.#pause();
    return stepScopeOf({ operation: 'import-bundle', step: 'step', run, signal, tell });
  }

  #pause(): void {
    if (this.pauseMilliseconds > 0)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, this.pauseMilliseconds);
  }

  newRun(): string {
    this.#runs += 1;
    return this.#runs.toString(16).padStart(16, '0');
  }

  /** The near site publishes files of these sizes. Returns the revision. */
  async publishNear(version: string, sizes: readonly number[]): Promise<string> {
    const { site } = this.near;
    const files: PypiManifest['indexes'][number]['projects'][number]['files'][number][] = [];
    for (const [number, size] of sizes.entries()) {
      const filename = `thing-${version}.${number}-py3-none-any.whl`;
      const { digest } = await storeOf(site).put(generated(filename, size));
      const version_ = `${version}.${number}`;
      files.push({
        filename,
        version: version_,
        digest,
        size,
        requiresPython: null,
        yanked: false,
        uploadTime: null,
        metadata: null,
      });
    }
    const manifest: PypiManifest = {
      kind: 'pypi',
      serials: {},
      indexes: [{ index: 'python', projects: [{ project: 'thing', files }] }],
    };
    const scope = this.scope();
    const pypi = await storeMarked(site, scope.context, 'pypi.manifest', manifest);
    await layManifest(site, manifest);
    const revision: SiteRevision = { kind: 'site', pypi };
    const digest = await storeMarked(site, scope.context, 'revision', revision);
    const before = await readPublished(site);
    await writeMark(site, scope.context, 'expected', before?.revision ?? nothing);
    await publishLive(site, scope, { isHeld: false, now: new Date() });
    return digest;
  }

  exportArgs(change: Partial<ExportArgs> = {}): ExportArgs {
    return {
      box: 'near',
      folder: this.medium,
      since: null,
      receivers: [this.far.publicKey],
      segmentBytes: 65_536,
      key,
      deb: [],
      pypi: indexes,
      oci: [],
      ...change,
    };
  }

  /** Every step of an export, as the engine takes them; `run` names the run. */
  async exportBundle(change: Partial<ExportArgs> = {}, run = this.newRun()): Promise<void> {
    const { site, secrets } = this.near;
    const args = this.exportArgs(change);
    const scope = this.scope(run);
    await planBundle(site, args, scope);
    if ((await writtenDifferences(site, args, scope)).length > 0) await writeBundle(site, args, scope);
    const left = [
      ...(await writtenDifferences(site, args, scope)),
      ...(await damagedDifferences(site, args, scope)),
    ];
    if (left.length > 0) throw new Error(`the bundle is not as planned: ${JSON.stringify(left)}`);
    await signBundle(site, args, scope, secrets);
  }

  /** As a build of the table judges the medium. */
  async admitted(): Promise<string> {
    const last = await readReceived(this.far.site.data);
    return (await readSignedBundle(this.medium, this.receives, last)).digest;
  }

  /** Up to the content store. */
  async take(run = this.newRun()): Promise<StepScope> {
    const { site } = this.far;
    const scope = this.scope(run);
    await admit(
      site,
      { box: 'far', folder: this.medium, bundle: await this.admitted(), receives: this.receives },
      scope,
    );
    const args = { folder: this.medium };
    if ((await segmentDifferences(site, args, scope)).length > 0) await takeSegments(site, args, scope);
    return scope;
  }

  /** Every step of an import but the trial by clients. Returns the path of the receipt. */
  async importBundle(run = this.newRun()): Promise<string> {
    const { site, secrets } = this.far;
    const scope = await this.take(run);
    const lacking = await completeDifferences(site, scope);
    if (lacking.length > 0) throw new Error(`the revision is not complete: ${JSON.stringify(lacking)}`);
    await unpack(site, scope);
    await layPypi(site, scope);
    await composeBundledRevision(site, scope);
    await stage(site, scope);
    await publishLive(site, scope, { isHeld: false, now: new Date() });
    await writeReceipt(site, this.stateDirectory, { box: 'far', key }, scope, secrets);
    const left = await receiptDifferences(site, this.stateDirectory, scope);
    if (left.length > 0) throw new Error(`there is no receipt: ${JSON.stringify(left)}`);
    const received = await readReceived(site.data);
    return join(this.stateDirectory, receiptFile('far', 'near', received?.generation ?? 0));
  }
}

async function labSite(folder: string, box: string): Promise<LabSite> {
  const data = join(folder, box);
  await mkdir(join(folder, `${box}-host`), { recursive: true });
  await mkdir(data, { recursive: true });
  const host = new Host(thisMachine, join(folder, `${box}-host`), join(folder, `${box}-host`));
  const site = { box, host, data, inside: data, configuration: '', webPort: 0, pinnedPort: 0 };
  const keyPath = join(folder, `${box}.key`);
  const privateKey = (await readText(keyPath)) ?? newSiteKey();
  await writeFile(keyPath, privateKey);
  const secrets: SecretStore = {
    get: () => Promise.resolve({ value: privateKey, version: 1 }),
    put: () => Promise.reject(new Error('nothing is put here')),
    remove: () => Promise.resolve(),
    marks: () => Promise.resolve({}),
    close: () => Promise.resolve(),
  };
  return { site, privateKey, publicKey: publicLineOf(privateKey), secrets };
}
