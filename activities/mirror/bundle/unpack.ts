// SPDX-License-Identifier: Apache-2.0
// Makes of a bundle's contents what a refresh would have made of an upstream's: pins, plan, keyrings, manifests. Publishes nothing.
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../../../workflows/contracts/mirror/bundle.ts';
import type { DebManifest, DebPlan } from '../../../workflows/contracts/mirror/deb/pins.ts';
import type { PypiManifest } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { Failure } from '../../clients/failure.ts';
import type { StepScope } from '../../step-scope.ts';
import { unsoundContents, type NamedContent } from '../contents.ts';
import { composeRevisionOf } from '../publish.ts';
import { laidDifferences, layManifest } from '../pypi/tree.ts';
import { digestsOfRevision, servedContents } from '../served-contents.ts';
import {
  isMarked,
  readMark,
  readMarked,
  storeMarked,
  storeOf,
  writeMark,
  type Mark,
  type Site,
} from '../site.ts';
import { bundledParts } from './manifests.ts';

const bundleOf = (site: Site, { context }: StepScope): Promise<Bundle> =>
  readMarked<Bundle>(site, context, 'bundle');

/** Also what the far site acknowledged once and the bundle left out: it may have lost some since. @throws Failure Rejected, Detached */
export async function completeDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const bundle = await bundleOf(site, scope);
  const lacking = await lackingManifests(site, bundle);
  if (lacking.length > 0) return lacking;
  const parts = await bundledParts(site, bundle);
  const names = new Map(servedContents(parts).map(({ digest, name }) => [digest, name]));
  const digests = [...digestsOfRevision(bundle.revision, parts), ...bundle.deb.map(({ keyring }) => keyring)];
  const contents: NamedContent[] = [];
  for (const digest of new Set(digests)) {
    const size = await storeOf(site).sizeOf(digest);
    contents.push({ name: names.get(digest) ?? digest, digest, size: size ?? 0 });
  }
  const differences = await unsoundContents(site, contents, scope);
  return differences.map((each) => ({ ...each, want: `sound: ${exportWhole}` }));
}

const exportWhole = 'export again without --since';

/** Without them nobody can tell what else is lacking. */
async function lackingManifests(site: Site, { revision }: Bundle): Promise<Difference[]> {
  const store = storeOf(site);
  const lacking = (digest: string): Difference => ({ what: digest, have: 'absent', want: exportWhole });
  if ((await store.sizeOf(revision)) === null) return [lacking(revision)];
  const text = (await store.read(revision)).toString('utf8');
  const named = [...text.matchAll(/\b[0-9a-f]{64}\b/g)].map(([digest]) => digest);
  const differences: Difference[] = [];
  for (const digest of named) if ((await store.sizeOf(digest)) === null) differences.push(lacking(digest));
  return differences;
}

const keyringOf = ({ data }: Site, source: string): string => join(data, sitePaths.keyrings, `${source}.gpg`);

export async function unpackedDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const { deb, pypi, oci, ansible = [], git = [] } = await bundleOf(site, scope);
  const marks: Mark[] = [
    ...(deb.length > 0 ? (['deb.pins', 'deb.plan'] as const) : []),
    ...(pypi.length > 0 ? (['pypi.manifest'] as const) : []),
    ...(oci.length > 0 ? (['oci.pins'] as const) : []),
    ...(ansible.length > 0 ? (['ansible.pins'] as const) : []),
    ...(git.length > 0 ? (['git.pins', 'git.packs'] as const) : []),
  ];
  const differences: Difference[] = [];
  for (const mark of marks)
    if (!(await isMarked(site, scope.context, mark)))
      differences.push({ what: mark, have: 'none of this run', want: 'noted' });
  for (const { name, keyring } of deb) {
    const have = await readFile(keyringOf(site, name)).catch(() => null);
    if (have === null || !have.equals(await storeOf(site).read(keyring)))
      differences.push({ what: `keyring of ${name}`, have: 'absent or another', want: 'of the bundle' });
  }
  return differences;
}

export async function unpack(site: Site, scope: StepScope): Promise<string> {
  const bundle = await bundleOf(site, scope);
  const { revision, deb } = await bundledParts(site, bundle);
  await mkdir(join(site.data, sitePaths.keyrings), { recursive: true, mode: 0o755 });
  for (const { name, keyring } of bundle.deb) {
    const path = keyringOf(site, name);
    await writeFile(`${path}.new`, await storeOf(site).read(keyring), { mode: 0o644 });
    await rename(`${path}.new`, path);
  }
  if (deb !== null) {
    await storeMarked(site, scope.context, 'deb.pins', deb.pins);
    await storeMarked(site, scope.context, 'deb.plan', planOf(deb));
  }
  if (revision.pypi !== undefined) await writeMark(site, scope.context, 'pypi.manifest', revision.pypi);
  if (revision.oci !== undefined) await writeMark(site, scope.context, 'oci.pins', revision.oci);
  if (revision.ansible !== undefined) await writeMark(site, scope.context, 'ansible.pins', revision.ansible);
  // A manifest says what was pinned, and what was fetched.
  if (revision.git !== undefined)
    for (const mark of ['git.pins', 'git.packs'] as const)
      await writeMark(site, scope.context, mark, revision.git);
  return `revision ${bundle.revision.slice(0, 16)} of ${bundle.site}`;
}

/** As the near site planned it: the same manifest comes of it. */
const planOf = ({ pins, suites }: DebManifest): DebPlan => ({
  packages: suites.flatMap(({ source, suite, packages }) =>
    packages.map((each) => ({
      ...each,
      source,
      suite,
      url: `${pins.sources.find((pinned) => pinned.source === source)?.url ?? ''}/${each.path}`,
    })),
  ),
});

const manifestOf = (site: Site, { context }: StepScope): Promise<PypiManifest> =>
  readMarked<PypiManifest>(site, context, 'pypi.manifest');

export async function pypiLaidDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return laidDifferences(site, await manifestOf(site, scope));
}

export async function layPypi(site: Site, scope: StepScope): Promise<string> {
  const laid = await layManifest(site, await manifestOf(site, scope));
  return `${laid} pages and links laid`;
}

export async function bundledRevisionDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const { revision } = await bundleOf(site, scope);
  const have = await readMark(site, scope.context, 'revision');
  const isReady = have === revision && (await readMark(site, scope.context, 'expected')) !== null;
  if (isReady) return [];
  return [{ what: 'revision of the site', have: have?.slice(0, 16) ?? 'none', want: revision.slice(0, 16) }];
}

/** @throws Failure Rejected when something else was built than the near site published */
export async function composeBundledRevision(site: Site, scope: StepScope): Promise<string> {
  const { revision } = await bundleOf(site, scope);
  const detail = await composeRevisionOf(site, scope);
  const built = await readMark(site, scope.context, 'revision');
  if (built === revision) return detail;
  throw new Failure('Rejected', 'What the bundle holds makes another revision than it names', {
    on: site.box,
    cause: `it makes ${built?.slice(0, 16) ?? 'none'}, it names ${revision.slice(0, 16)}`,
    hint: 'Nothing of it is served. Have both sites run the same release of holdfast, then export and import again',
  });
}
