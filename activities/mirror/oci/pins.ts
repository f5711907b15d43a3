// SPDX-License-Identifier: Apache-2.0
// Pins what tags of container registries lead to now: manifests into the content store, blobs by their digests.
import { amountOf, hostOfUrl, type Content } from '../../../workflows/contracts/mirror/content.ts';
import type { OciImage, OciRegistry } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { manifestTypes, readManifest } from '../../../workflows/contracts/mirror/oci/manifest.ts';
import {
  signatureTag,
  type OciManifest,
  type Referrer,
  type RegistryPins,
  type RepositoryPins,
  type StoredManifest,
} from '../../../workflows/contracts/mirror/oci/pins.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { OciArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { missingOf } from '../../clients/content/fetch-all.ts';
import { RegistryReader } from '../../clients/oci/registry.ts';
import { Failure } from '../../clients/failure.ts';
import type { StepScope } from '../../step-scope.ts';
import { amountText, toFetchText } from '../amounts.ts';
import { readPublished } from '../pointer.ts';
import { removeOldRuns } from '../runs.ts';
import { partsOfRevision } from '../served-contents.ts';
import { budgetOf, isMarked, storeMarked, storeOf, type Site } from '../site.ts';
import { wantedBlobs } from './fetch.ts';

export async function ociPinDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if (await isMarked(site, context, 'oci.pins')) return [];
  const want = `pinned by the run ${context.nonce}`;
  return [{ what: 'manifests of container images', have: 'none of this run', want }];
}

export async function pinOci(site: Site, args: OciArgs, scope: StepScope): Promise<string> {
  await removeOldRuns(site, scope.context.nonce);
  const pins = await readRegistries(site, args, scope);
  await storeMarked(site, scope.context, 'oci.pins', pins);
  const blobs = wantedBlobs(pins);
  const missing = await missingOf(storeOf(site), blobs);
  return `${amountText(blobs)}; to fetch: ${toFetchText(missing)}`;
}

/** What a refresh would fetch now, a difference for each registry. */
export async function ociRefreshDifferences(
  site: Site,
  args: OciArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const { registries } = await readRegistries(site, args, scope);
  const differences: Difference[] = [];
  for (const pinned of registries) {
    const blobs = wantedBlobs({ registries: [pinned] });
    const missing = await missingOf(storeOf(site), blobs);
    if (missing.length === 0) continue;
    const have = `${amountOf(blobs).files - missing.length} of ${amountText(blobs)}`;
    differences.push({ what: `images of ${pinned.registry}`, have, want: `fetch ${toFetchText(missing)}` });
  }
  return differences;
}

/** Asks every registry. Changes nothing but the content store. */
async function readRegistries(site: Site, args: OciArgs, { signal, tell }: StepScope): Promise<OciManifest> {
  const options = { store: storeOf(site), budget: budgetOf(site, args.limits), signal };
  const before = await publishedPins(site);
  const registries: RegistryPins[] = [];
  for (const registry of args.registries) {
    const reader = new RegistryReader(registry.url, options);
    const known = knownManifests(before, registry);
    const repositories: RepositoryPins[] = [];
    for (const image of registry.images) {
      tell(`${registry.name}/${image.name}`);
      const platforms = image.platforms ?? registry.platforms;
      repositories.push(await new ImagePins(site, reader, image, platforms, known).read());
    }
    registries.push({ registry: registry.name, url: registry.url, repositories });
  }
  return { kind: 'oci', registries };
}

async function publishedPins(site: Site): Promise<OciManifest | null> {
  const published = await readPublished(site);
  return published === null ? null : (await partsOfRevision(site, published.revision)).oci;
}

type Known = ReadonlyMap<string, StoredManifest>;

function knownManifests(before: OciManifest | null, { url }: OciRegistry): Known {
  const own = (before?.registries ?? []).filter((each) => each.url === url);
  const manifests = own.flatMap(({ repositories }) => repositories).flatMap((each) => each.manifests);
  return new Map(manifests.map((each) => [each.digest, each]));
}

/** @source an index names images, and an image names none: one more for what is not foreseen */
const depthMax = 3;

/** @source an image has a signature, an attestation and a bill of materials for each platform */
const referrersMax = 1000;

/** The manifests and blobs of one repository, as they are found. */
class ImagePins {
  readonly #manifests = new Map<string, StoredManifest>();
  readonly #blobs = new Map<string, Content>();
  readonly #tags = new Map<string, string>();

  constructor(
    private readonly site: Site,
    private readonly reader: RegistryReader,
    private readonly image: OciImage,
    private readonly platforms: readonly string[],
    private readonly known: Known,
  ) {}

  async read(): Promise<RepositoryPins> {
    const { name, tags, signatures } = this.image;
    for (const tag of tags) if (!(await this.#tag(tag))) throw absent(this.reader.url, `${name}:${tag}`);
    if (signatures)
      for (const { digest } of [...this.#manifests.values()]) await this.#tag(signatureTag(digest));
    const referrers = signatures ? await this.#referrers() : undefined;
    const byDigest = (one: Content, other: Content): number => (one.digest < other.digest ? -1 : 1);
    return {
      repository: name,
      tags: Object.fromEntries([...this.#tags].sort(([one], [other]) => (one < other ? -1 : 1))),
      manifests: [...this.#manifests.values()].sort(byDigest),
      blobs: [...this.#blobs.values()].sort(byDigest),
      ...(referrers !== undefined && { referrers: referrers.sort(byDigest) }),
    };
  }

  /** Of every manifest, and of those that refer to it in turn. */
  async #referrers(): Promise<Referrer[]> {
    const found: Referrer[] = [];
    // A map lists what is added to it meanwhile, too.
    for (const subject of this.#manifests.keys())
      for (const digest of await this.reader.referrersOf(this.image.name, subject)) {
        const stored = await this.#stored(digest);
        const { subject: own, artifactType, annotations } = await this.#parsed(stored);
        // A registry may list what refers to something else.
        if (own !== subject) continue;
        await this.#manifest(digest, depthMax, stored);
        found.push({ ...stored, subject, artifactType, annotations });
        if (found.length > referrersMax)
          throw unusable(this.reader.url, this.image.name, 'too much refers to it');
      }
    return found;
  }

  #stored(digest: string): Promise<StoredManifest> {
    return this.reader.manifest(this.image.name, `sha256:${digest}`, this.known.get(digest));
  }

  /** False for a tag that is not there. */
  async #tag(tag: string): Promise<boolean> {
    const digest = await this.reader.digestOf(this.image.name, tag);
    if (digest === null) return false;
    this.#tags.set(tag, digest);
    await this.#manifest(digest, depthMax);
    return true;
  }

  async #manifest(digest: string, depth: number, first?: StoredManifest): Promise<void> {
    if (this.#manifests.has(digest)) return;
    const { name } = this.image;
    const stored = first ?? (await this.#stored(digest));
    const { manifests, blobs } = await this.#parsed(stored);
    this.#manifests.set(digest, stored);
    for (const blob of blobs) this.#blobs.set(blob.digest, blob);
    if (manifests.length > 0 && depth === 0) throw unusable(this.reader.url, name, 'it nests too deep');
    for (const each of manifests) await this.#manifest(each.digest, depth - 1);
  }

  async #parsed({ digest, ending }: StoredManifest) {
    const text = (await storeOf(this.site).read(digest)).toString('utf8');
    try {
      const value: unknown = JSON.parse(text);
      const read = readManifest(value, manifestTypes[ending], this.platforms);
      const isIndex = ending === 'oci-index' || ending === 'docker-list';
      if (isIndex && read.manifests.length === 0)
        throw new Error(`no image for ${this.platforms.join(', ')}`);
      return read;
    } catch (error) {
      throw unusable(this.reader.url, `${this.image.name}@sha256:${digest}`, error);
    }
  }
}

const absent = (url: string, image: string): Failure =>
  new Failure('Rejected', `${hostOfUrl(url)} has no image ${image}`, {
    on: hostOfUrl(url),
    hint: 'Correct images and tags in the file of the mirror, then holdfast mirrors install FILE',
  });

const unusable = (url: string, image: string, cause: unknown): Failure =>
  new Failure('Rejected', `The manifest of ${image} cannot be mirrored`, {
    on: hostOfUrl(url),
    cause,
    hint: 'Correct images, tags or platforms in the file of the mirror, then holdfast mirrors install FILE',
  });
