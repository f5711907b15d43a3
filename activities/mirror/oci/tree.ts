// SPDX-License-Identifier: Apache-2.0
// The images of a manifest as a folder that a web server serves as a registry: links into the content store by tag and by digest.
// Named after the manifest and never changed. What it tells containers' tools to use it is written beside it.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { clientFiles } from '../../../workflows/contracts/mirror/oci/client-files.ts';
import type { OciManifest, RepositoryPins } from '../../../workflows/contracts/mirror/oci/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { OciArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { sha256 } from '../../clients/content/content-store.ts';
import { readText, writeFileAtomically } from '../../clients/state/local-files.ts';
import type { StepScope } from '../../step-scope.ts';
import { linkText, pointLink, targetOf } from '../link.ts';
import { isMarked, readMarked, storeMarked, storeOf, type Site } from '../site.ts';
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
  await layImages(site, args.address, manifest);
  const digest = await storeMarked(site, scope.context, 'oci.manifest', manifest);
  return `manifest ${digest.slice(0, 16)}`;
}

/** What is not as a manifest wants it. `address`: by which clients reach the mirror. */
async function laidImageDifferences(
  site: Site,
  address: string,
  manifest: OciManifest,
): Promise<Difference[]> {
  const wrong = await wrongParts(site, address, manifest);
  if (wrong.length === 0) return [];
  const have = `${wrong.length} missing or others, first ${wrong[0]?.path ?? ''}`;
  return [{ what: 'links of images', have, want: 'as the pins say' }];
}

/** Idempotent. Returns how many links and files were written. */
async function layImages(site: Site, address: string, manifest: OciManifest): Promise<number> {
  const wrong = await wrongParts(site, address, manifest);
  for (const part of wrong) {
    if ('target' in part) await pointLink(part.path, part.target);
    else {
      await mkdir(dirname(part.path), { recursive: true, mode: 0o755 });
      await writeFileAtomically(part.path, part.text, 0o644);
    }
  }
  return wrong.length;
}

/** A file with its text, or a link with what it leads to. */
type Part =
  { readonly path: string; readonly text: string } | { readonly path: string; readonly target: string };

function partsOf(site: Site, address: string, manifest: OciManifest): Part[] {
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
  { repository, tags, manifests, blobs }: RepositoryPins,
): Part[] {
  const store = storeOf(site);
  const endings = new Map(manifests.map(({ digest, ending }) => [digest, ending]));
  const manifest = (reference: string, digest: string): Part => ({
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
    {
      path: join(folder, 'tags', 'list.json'),
      text: `${JSON.stringify({ name: repository, tags: Object.keys(tags) })}\n`,
    },
  ];
}

async function wrongParts(site: Site, address: string, manifest: OciManifest): Promise<Part[]> {
  const wrong: Part[] = [];
  for (const part of partsOf(site, address, manifest)) {
    const isRight =
      'text' in part
        ? (await readText(part.path)) === part.text
        : (await targetOf(part.path)) === linkText(part.path, part.target);
    if (!isRight) wrong.push(part);
  }
  return wrong;
}
