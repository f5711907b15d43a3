// SPDX-License-Identifier: Apache-2.0
// Pushes the published images into a registry: blobs, then manifests from the leaves up, tags last. Sends nothing that is there.
import { join } from 'node:path';
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import {
  referrersIndex,
  referrersTag,
  type RepositoryPins,
  type StoredManifest,
} from '../../../workflows/contracts/mirror/oci/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { PushArgs } from '../../../workflows/ports/mirror/push.ts';
import { RegistryWriter } from '../../clients/oci/registry-writer.ts';
import { Failure } from '../../clients/failure.ts';
import { Detached, type StepScope } from '../../step-scope.ts';
import { readPublished } from '../pointer.ts';
import { partsOfRevision } from '../served-contents.ts';
import { storeOf, type Site } from '../site.ts';

/** A repository of the target with what the mirror publishes of it. */
interface Pushed extends RepositoryPins {
  readonly target: string;
}

/** `pieceBytes`: see RegistryWriter. */
export interface PushOptions {
  readonly pieceBytes?: number;
}

export async function blobDifferences(site: Site, args: PushArgs, scope: StepScope): Promise<Difference[]> {
  const writer = writerTo(site, args, scope);
  let missing = 0;
  const all = await publishedRepositories(site, args);
  for (const { target, blobs } of all)
    for (const { digest } of blobs) if (!(await writer.hasBlob(target, digest))) missing += 1;
  return missing === 0 ? [] : [{ what: 'blobs of images', have: `${missing} missing`, want: 'pushed' }];
}

export async function pushBlobs(
  site: Site,
  args: PushArgs,
  scope: StepScope,
  options: PushOptions = {},
): Promise<string> {
  let sent = 0;
  const onBytes = (bytes: number): void => {
    sent += bytes;
    scope.tell(`${bytesText(sent)} pushed`);
  };
  const writer = writerTo(site, args, scope, onBytes, options);
  /** A repository that has the blob by now. */
  const places = new Map<string, string>();
  for (const { target, blobs } of await publishedRepositories(site, args))
    for (const blob of blobs) {
      const elsewhere = places.get(blob.digest) ?? null;
      await detaching(scope, () => writer.pushBlob(target, blob, elsewhere));
      places.set(blob.digest, target);
    }
  return `${bytesText(sent)} pushed`;
}

export async function manifestDifferences(
  site: Site,
  args: PushArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const writer = writerTo(site, args, scope);
  let missing = 0;
  for (const { target, manifests } of await publishedRepositories(site, args))
    for (const each of manifests) if (!(await writer.hasManifest(target, each))) missing += 1;
  return missing === 0 ? [] : [{ what: 'manifests of images', have: `${missing} missing`, want: 'pushed' }];
}

/** @throws Failure Rejected for an index whose images are not all mirrored: registries take none such */
export async function pushManifests(site: Site, args: PushArgs, scope: StepScope): Promise<string> {
  const writer = writerTo(site, args, scope);
  let pushed = 0;
  for (const repository of await publishedRepositories(site, args)) {
    const { target, manifests, referrers = [] } = repository;
    await requireWhole(site, repository);
    let listsReferrers = true;
    for (const each of leavesFirst(manifests)) {
      if (await writer.hasManifest(target, each)) continue;
      const isListed = await detaching(scope, () => writer.pushManifest(target, each));
      if (referrers.some(({ digest }) => digest === each.digest)) listsReferrers &&= isListed;
      pushed += 1;
    }
    // Also after a kill between a manifest and its list: whether the registry lists it was forgotten with the process.
    if (listsReferrers && referrers.length > 0)
      for (const each of referrers) listsReferrers &&= await writer.pushManifest(target, each);
    if (!listsReferrers)
      for (const subject of new Set(referrers.map((each) => each.subject)))
        await writer.pushReferrers(target, referrersTag(subject), referrersIndex(subject, referrers));
  }
  return `${pushed} manifests pushed`;
}

export async function tagDifferences(site: Site, args: PushArgs, scope: StepScope): Promise<Difference[]> {
  const writer = writerTo(site, args, scope);
  const differences: Difference[] = [];
  for (const { target, tags } of await publishedRepositories(site, args))
    for (const [tag, digest] of Object.entries(tags)) {
      const have = await writer.tagDigest(target, tag);
      if (have !== digest)
        differences.push({
          what: `${target}:${tag}`,
          have: have?.slice(0, 16) ?? 'none',
          want: digest.slice(0, 16),
        });
    }
  return differences;
}

export async function pushTags(site: Site, args: PushArgs, scope: StepScope): Promise<string> {
  const writer = writerTo(site, args, scope);
  let pushed = 0;
  for (const { target, tags, manifests } of await publishedRepositories(site, args))
    for (const [tag, digest] of Object.entries(tags)) {
      const manifest = manifests.find((each) => each.digest === digest);
      if (manifest === undefined || (await writer.tagDigest(target, tag)) === digest) continue;
      await detaching(scope, () => writer.pushManifest(target, manifest, tag));
      pushed += 1;
    }
  return `${pushed} tags pushed`;
}

function writerTo(
  site: Site,
  { to }: PushArgs,
  { signal }: StepScope,
  onBytes: (bytes: number) => void = () => undefined,
  options: PushOptions = {},
): RegistryWriter {
  const notes = join(site.data, sitePaths.pushes);
  return new RegistryWriter(new URL(to).origin, { store: storeOf(site), notes, signal, onBytes, ...options });
}

/** @throws Failure PreconditionFailed when no image is published */
async function publishedRepositories(site: Site, { to }: PushArgs): Promise<Pushed[]> {
  const published = await readPublished(site);
  const oci = published === null ? null : (await partsOfRevision(site, published.revision)).oci;
  if (oci === null)
    throw new Failure('PreconditionFailed', `No image is published by ${site.box}`, {
      on: site.data,
      hint: `Name registries under oci in its file, then holdfast mirrors refresh ${site.box}`,
    });
  const prefix = new URL(to).pathname.split('/').filter((part) => part !== '');
  return oci.registries.flatMap(({ registry, repositories }) =>
    repositories.map((pins) => ({ ...pins, target: [...prefix, registry, pins.repository].join('/') })),
  );
}

/** Registries look for what a manifest names before they take it. */
function leavesFirst(manifests: readonly StoredManifest[]): StoredManifest[] {
  const isIndex = ({ ending }: StoredManifest): boolean => ending === 'oci-index' || ending === 'docker-list';
  return [...manifests.filter((each) => !isIndex(each)), ...manifests.filter(isIndex)];
}

async function requireWhole(site: Site, { target, manifests }: Pushed): Promise<void> {
  const store = storeOf(site);
  const have = new Set(manifests.map(({ digest }) => digest));
  for (const { digest } of manifests) {
    const text = (await store.read(digest)).toString('utf8');
    // Of every platform: an index is kept byte by byte, though not all of its images are mirrored.
    const entries = (JSON.parse(text) as { readonly manifests?: readonly { readonly digest: string }[] })
      .manifests;
    const lacking = (entries ?? []).filter((each) => !have.has(each.digest.replace(/^sha256:/, '')));
    if (lacking.length === 0) continue;
    throw new Failure('Rejected', `Not all images of an index of ${target} are mirrored`, {
      on: `sha256:${digest}`,
      cause: `${lacking.length} of ${entries?.length ?? 0} are of other platforms; a registry takes no such index`,
      hint: `Name all of its platforms under oci in the file of ${site.box}, install and refresh, then push again; clients of the mirror itself need no push`,
    });
  }
}

async function detaching<T>({ signal }: StepScope, work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    throw signal.aborted ? new Detached() : error;
  });
}
