// SPDX-License-Identifier: Apache-2.0
// Lays out what a run pinned as an archive of links into the content store. The web server of the box serves it to aptly on
// loopback: exactly these files, whatever the upstream does meanwhile, and for as long as aptly needs.
import { dirname, join } from 'node:path';
import type { DebPins, DebPlan, SourcePins } from '../../../workflows/contracts/mirror/deb/pins.ts';
import { isPlainPath } from '../../clients/deb/release.ts';
import type { ContentStore } from '../../clients/content/content-store.ts';
import { Failure } from '../../clients/failure.ts';
import { pointLink } from '../link.ts';

/** Idempotent. `folder` gets a folder for each source. */
export async function layOut(
  store: ContentStore,
  folder: string,
  pins: DebPins,
  { packages }: DebPlan,
): Promise<void> {
  for (const pinned of pins.sources) {
    const root = join(folder, pinned.source);
    await layOutIndexes(store, root, pinned);
    for (const { source, path, digest } of packages)
      if (source === pinned.source) await link(root, path, store.path(digest));
  }
}

async function layOutIndexes(store: ContentStore, root: string, { suites }: SourcePins): Promise<void> {
  for (const { suite, inRelease, indexes } of suites) {
    await link(root, `dists/${suite}/InRelease`, store.path(inRelease.digest));
    for (const { path, digest } of indexes) {
      const byHash = `${dirname(path)}/by-hash/SHA256/${digest}`;
      for (const each of [path, byHash]) await link(root, `dists/${suite}/${each}`, store.path(digest));
    }
  }
}

/** @throws Failure Invariant for a path that leads out of the root */
async function link(root: string, path: string, target: string): Promise<void> {
  if (!isPlainPath(path)) throw new Failure('Invariant', `Not a path of an archive: ${path}`, { on: root });
  await pointLink(join(root, path), target);
}
