// SPDX-License-Identifier: Apache-2.0
// Trees that are named after a manifest, and the link by which clients, or a trial alone, are led to one of them.
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { viewPaths, type sitePaths } from '../../workflows/contracts/mirror/site-paths.ts';
import { pointLink, targetOf } from './link.ts';
import type { Site } from './site.ts';

/** Which link leads there: that of all clients, or that of a trial. */
export type View = 'live' | 'staging';

/** Kinds whose revisions are trees of files. */
export type TreeKind =
  typeof sitePaths.pypi | typeof sitePaths.oci | typeof sitePaths.ansible | typeof sitePaths.git;

/** Where the tree of a manifest lies. */
export const treeOf = ({ data }: Pick<Site, 'data'>, kind: TreeKind, manifest: string): string =>
  join(data, kind, viewPaths.trees, manifest);

/** The manifest that is served; null: none. */
export async function servedManifest(site: Site, kind: TreeKind, view: View): Promise<string | null> {
  const target = await targetOf(join(site.data, kind, viewPaths[view]));
  return target === null ? null : (/([0-9a-f]{64})$/.exec(target)?.[1] ?? null);
}

/**
 * Null: none any more. Idempotent. A client that reads a list and then what it names may do so across a publication: what clients
 * see until now stays reachable as the last former tree.
 */
export async function serveManifest(
  site: Site,
  kind: TreeKind,
  view: View,
  manifest: string | null,
): Promise<void> {
  const path = join(site.data, kind, viewPaths[view]);
  const before = view === 'live' ? await servedManifest(site, kind, view) : null;
  // Not by a run that was killed behind this and does it again.
  if (before !== null && before !== manifest) await keepReachable(site, kind, before);
  if (manifest === null) await rm(path, { force: true });
  else await pointLink(path, treeOf(site, kind, manifest));
}

/** Moves each former tree one place back; the oldest is reached no more. A run that was killed in the middle loses no newer one. */
async function keepReachable(site: Site, kind: TreeKind, before: string): Promise<void> {
  const paths = viewPaths.former.map((name) => join(site.data, kind, name));
  const trees = [treeOf(site, kind, before)];
  for (const path of paths.slice(0, -1)) {
    const target = await targetOf(path);
    if (target !== null) trees.push(resolve(dirname(path), target));
  }
  // From the oldest on: no tree is out of reach in between.
  for (const [index, tree] of [...trees.entries()].reverse()) {
    const path = paths[index];
    if (path !== undefined) await pointLink(path, tree);
  }
}
