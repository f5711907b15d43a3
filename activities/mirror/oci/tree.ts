// SPDX-License-Identifier: Apache-2.0
// The images of a manifest as a folder that a web server serves as a registry: links into the content store by tag and by digest.
// Named after the manifest and never changed. What it tells containers' tools to use it is written beside it.
import { join } from 'node:path';
import { clientFiles } from '../../../workflows/contracts/mirror/oci/client-files.ts';
import {
  referrersIndex,
  type OciManifest,
  type RepositoryPins,
} from '../../../workflows/contracts/mirror/oci/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { OciArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { sha256 } from '../../clients/content/content-store.ts';
import type { StepScope } from '../../step-scope.ts';
import { isMarked, readMarked, storeMarked, storeOf, type Site } from '../site.ts';
import { layParts, wrongParts, type TreePart } from '../tree-parts.ts';
import { treeOf } from '../views.ts';

const pinsOf = (site: Site, { context }: StepScope): Promise<OciManifest> =>
  readMarked<OciManifest>(site, context, 'oci.pins');

export async function ociBuiltDifferences(
  site: Site,
  args: OciArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const differences = await laidImageDifferences(site, args.address, await pinsOf(site, scope));
  if (await isMarked(site, scope.context, 'oci.manifest')) return differences;
  return [...differences, { what: 'manifest of images', have: 'none of this run', want: 'stored' }];
}

export async function buildOci(site: Site, args: OciArgs, scope: StepScope): Promise<string> {
  const manifest = await pinsOf(site, scope);
  await layParts(await wrongParts(partsOf(site, args.address, manifest)));
  const digest = await storeMarked(site, scope.context, 'oci.manifest', manifest);
  return `manifest ${digest.slice(0, 16)}`;
}

/** What is not as a manifest wants it. `address`: by which clients reach the mirror. */
async function laidImageDifferences(
  site: Site,
  address: string,
  manifest: OciManifest,
): Promise<Difference[]> {
  const wrong = await wrongParts(partsOf(site, address, manifest));
  if (wrong.length === 0) return [];
  const have = `${wrong.length} missing or others, first ${wrong[0]?.path ?? ''}`;
  return [{ what: 'links of images', have, want: 'as the pins say' }];
}

function partsOf(site: Site, address: string, manifest: OciManifest): TreePart[] {
  const tree = treeOf(site, sitePaths.oci, sha256(Buffer.from(JSON.stringify(manifest))));
  const files = clientFiles(address, manifest).map(({ path, text }) => ({ path: join(tree, path), text }));
  const images = manifest.registries.flatMap(({ registry, repositories }) =>
    repositories.flatMap((pins) =>
      partsOfRepository(site, join(tree, 'v2', registry, pins.repository), pins),
    ),
  );
  return [...files, ...images];
}

function partsOfRepository(
  site: Site,
  folder: string,
  { repository, tags, manifests, blobs, referrers }: RepositoryPins,
): TreePart[] {
  const store = storeOf(site);
  const endings = new Map(manifests.map(({ digest, ending }) => [digest, ending]));
  const manifest = (reference: string, digest: string): TreePart => ({
    path: join(folder, 'manifests', `${reference}.${endings.get(digest) ?? 'oci-manifest'}`),
    target: store.path(digest),
  });
  return [
    ...manifests.map(({ digest }) => manifest(`sha256:${digest}`, digest)),
    ...Object.entries(tags).map(([tag, digest]) => manifest(tag, digest)),
    ...blobs.map(({ digest }) => ({
      path: join(folder, 'blobs', `sha256:${digest}`),
      target: store.path(digest),
    })),
    // Also of one to which nothing refers: else clients would look for tags.
    ...(referrers === undefined ? [] : manifests).map(({ digest }) => ({
      path: join(folder, 'referrers', `sha256:${digest}.oci-index`),
      text: referrersIndex(digest, referrers ?? []),
    })),
    {
      path: join(folder, 'tags', 'list.json'),
      text: `${JSON.stringify({ name: repository, tags: Object.keys(tags) })}\n`,
    },
  ];
}
