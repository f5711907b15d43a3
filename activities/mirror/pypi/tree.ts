// SPDX-License-Identifier: Apache-2.0
// The simple indexes of a manifest as a folder that the web server of the box serves: pages, and links into the content store.
// Named after the manifest and never changed, so that clients are led from one whole index to another by one link.
import { join } from 'node:path';
import { filePath, pagesOf } from '../../../workflows/contracts/mirror/pypi/pages.ts';
import {
  serialsOf,
  type PlannedFile,
  type PypiManifest,
  type PypiPins,
  type PypiPlan,
  type ServedFile,
  type ServedIndex,
} from '../../../workflows/contracts/mirror/pypi/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { sha256 } from '../../clients/content/content-store.ts';
import type { StepScope } from '../../step-scope.ts';
import { isMarked, readMarked, storeMarked, storeOf, type Site } from '../site.ts';
import { layParts, wrongParts, type TreePart } from '../tree-parts.ts';
import { treeOf } from '../views.ts';
import { metadataContent } from './fetch.ts';

const rootOf = ({ data }: Site): string => join(data, sitePaths.pypi);

export async function pypiBuiltDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const differences = await laidDifferences(site, await wantedManifest(site, scope));
  if (await isMarked(site, scope.context, 'pypi.manifest')) return differences;
  return [...differences, { what: 'manifest of Python indexes', have: 'none of this run', want: 'stored' }];
}

/** What is not as a manifest wants it. */
export async function laidDifferences(site: Site, manifest: PypiManifest): Promise<Difference[]> {
  const wrong = await wrongParts(partsOf(site, manifest));
  if (wrong.length === 0) return [];
  const have = `${wrong.length} missing or others, first ${wrong[0]?.path ?? ''}`;
  return [{ what: 'pages and links of Python indexes', have, want: 'as the plan says' }];
}

/** Idempotent. Returns how many pages and links were written. */
export async function layManifest(site: Site, manifest: PypiManifest): Promise<number> {
  const wrong = await wrongParts(partsOf(site, manifest));
  await layParts(wrong);
  return wrong.length;
}

export async function buildPypi(site: Site, scope: StepScope): Promise<string> {
  const manifest = await wantedManifest(site, scope);
  await layManifest(site, manifest);
  const digest = await storeMarked(site, scope.context, 'pypi.manifest', manifest);
  return `manifest ${digest.slice(0, 16)}`;
}

async function wantedManifest(site: Site, { context }: StepScope): Promise<PypiManifest> {
  const pins = await readMarked<PypiPins>(site, context, 'pypi.pins');
  const { files } = await readMarked<PypiPlan>(site, context, 'pypi.plan');
  const indexes: ServedIndex[] = [];
  for (const { index, projects } of pins.indexes) {
    const served: ServedIndex['projects'][number][] = [];
    for (const { project } of projects) {
      const chosen = files.filter((each) => each.index === index && each.project === project);
      served.push({ project, files: await Promise.all(chosen.map((each) => servedFile(site, each))) });
    }
    indexes.push({ index, projects: served });
  }
  return { kind: 'pypi', serials: serialsOf(pins), indexes };
}

async function servedFile(site: Site, planned: PlannedFile): Promise<ServedFile> {
  const { filename, version, digest, size, requiresPython, yanked, uploadTime, metadata } = planned;
  return {
    filename,
    version,
    digest,
    size,
    requiresPython,
    yanked,
    uploadTime,
    metadata: metadata === null ? null : await metadataContent(site, metadata),
  };
}

/** Links of files are the same for every revision: a client that read a page a minute ago finds what it named. */
function partsOf(site: Site, manifest: PypiManifest): TreePart[] {
  const store = storeOf(site);
  const root = rootOf(site);
  const tree = treeOf(site, sitePaths.pypi, digestOf(manifest));
  return manifest.indexes.flatMap((index) => [
    { path: join(tree, index.index, 'files'), target: join(root, 'files') },
    ...pagesOf(index).map(({ path, text }) => ({ path: join(tree, index.index, path), text })),
    ...index.projects
      .flatMap(({ files }) => files)
      .flatMap(({ digest, filename, metadata }) => {
        const path = join(root, filePath(digest, filename));
        const file = { path, target: store.path(digest) };
        if (metadata === null) return [file];
        return [file, { path: `${path}.metadata`, target: store.path(metadata.digest) }];
      }),
  ]);
}

const digestOf = (manifest: PypiManifest): string => sha256(Buffer.from(JSON.stringify(manifest)));
