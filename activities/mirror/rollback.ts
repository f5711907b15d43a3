// SPDX-License-Identifier: Apache-2.0
// Chooses the kept revision that a site goes back to, and reads again what clients would be served of it.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { keptPublications, publicationBefore } from '../../workflows/contracts/mirror/publications.ts';
import { sitePaths, stagingPrefix } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { RollbackArgs } from '../../workflows/ports/mirror/mirror.ts';
import { sha256OfFile } from '../clients/content/content-store.ts';
import { Failure } from '../clients/failure.ts';
import { Detached, type StepScope } from '../step-scope.ts';
import { unsoundContents } from './contents.ts';
import { publishedDigest, readPublications } from './pointer.ts';
import {
  ansibleContents,
  gitContents,
  ociContents,
  partsOfRevision,
  pypiContents,
  type RevisionParts,
} from './served-contents.ts';
import { isMarked, readMark, writeMark, type Site } from './site.ts';

export async function chosenDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if ((await isMarked(site, context, 'revision')) && (await readMark(site, context, 'expected')) !== null)
    return [];
  return [{ what: 'revision to go back to', have: 'none of this run', want: 'chosen' }];
}

/** @throws Failure PreconditionFailed when there is none before, or the named one is not kept */
export async function chooseRevision(site: Site, args: RollbackArgs, scope: StepScope): Promise<string> {
  const current = await publishedDigest(site);
  const kept = keptPublications(await readPublications(site), {
    current,
    keep: args.keep,
    now: Date.now(),
  });
  const wanted = args.revision ?? publicationBefore(kept, current);
  if (wanted === null || kept.every(({ revision }) => revision !== wanted))
    throw notKept(
      site,
      wanted,
      kept.map(({ revision }) => revision),
    );
  // Read, so that a rollback never begins towards what is not there.
  await partsOfRevision(site, wanted);
  await writeMark(site, scope.context, 'expected', current);
  await writeMark(site, scope.context, 'revision', wanted);
  return `from ${current.slice(0, 16)} to ${wanted.slice(0, 16)}`;
}

function notKept(site: Site, wanted: string | null, kept: readonly string[]): Failure {
  const what =
    wanted === null
      ? 'No revision before the present one is kept'
      : `The revision ${wanted.slice(0, 16)} is not kept`;
  return new Failure('PreconditionFailed', what, {
    on: site.box,
    cause:
      kept.length === 0
        ? 'nothing was published yet'
        : `kept: ${kept.map((each) => each.slice(0, 16)).join(', ')}`,
    hint: `holdfast mirrors status ${site.box} lists the kept revisions`,
  });
}

/** Reads every file of the revision where the web server takes it from. @throws Detached */
export async function servedDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const parts = await partsOfRevision(site, (await readMark(site, scope.context, 'revision')) ?? '');
  return [
    ...(await unsoundPackages(site, parts, scope)),
    ...(await unsoundContents(
      site,
      [
        ...pypiContents(parts.pypi),
        ...ociContents(parts.oci),
        ...ansibleContents(parts.ansible),
        ...gitContents(parts.git),
      ],
      scope,
    )),
  ];
}

/** aptly serves copies of its own, below the staging prefix as well. */
async function unsoundPackages(
  site: Site,
  { deb }: RevisionParts,
  { signal, tell }: StepScope,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const { source, packages } of deb?.suites ?? []) {
    tell(`${packages.length} packages of ${source} are read`);
    const pool = join(site.data, sitePaths.aptly, 'public', stagingPrefix(source), 'pool');
    const served = await filesBelow(pool);
    for (const { name, version, path, digest } of packages) {
      if (signal.aborted) throw new Detached();
      const file = served.get(basename(path));
      const have = file === undefined ? null : await sha256OfFile(file);
      if (have !== digest)
        differences.push({
          what: `served file of ${name} ${version}`,
          have: have === null ? 'absent' : 'damaged',
          want: 'sound',
        });
    }
  }
  return differences;
}

/** Paths by the names of the files. */
export async function filesBelow(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return new Map(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(({ name, parentPath }) => [name, join(parentPath, name)]),
  );
}
