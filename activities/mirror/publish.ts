// SPDX-License-Identifier: Apache-2.0
// Publishes the revision of a run: where only a trial sees it, and where clients see it.
import { join } from 'node:path';
import type { DebManifest } from '../../workflows/contracts/mirror/deb/pins.ts';
import type { MirrorKind } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { nothing, type SiteRevision } from '../../workflows/contracts/mirror/revision.ts';
import { livePrefix, sitePaths, stagingPrefix } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import type { StepScope } from '../step-scope.ts';
import { publishedSnapshot, runScript, settled, type AptlySite } from './deb/aptly.ts';
import { carryKeptTrials } from './kept.ts';
import { publishedDigest, readPublished, requireExpected, swapPointer } from './pointer.ts';
import publishSnapshot from './scripts/publish-snapshot.sh';
import { signingKeyId } from './signing-key.ts';
import { servedManifest, serveManifest, type View } from './views.ts';
import { isMarked, readMark, readMarked, readStored, storeMarked, writeMark, type Site } from './site.ts';

export async function revisionDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if ((await isMarked(site, context, 'revision')) && (await readMark(site, context, 'expected')) !== null)
    return [];
  return [{ what: 'revision of the site', have: 'none of this run', want: 'recorded' }];
}

/** Notes which revision this one replaces: publishing compares with it. */
export async function composeRevisionOf(site: Site, { context }: StepScope): Promise<string> {
  // Read, so that a revision never names what is not there.
  const deb = await builtManifest(site, context, 'deb.manifest');
  const pypi = await builtManifest(site, context, 'pypi.manifest');
  const oci = await builtManifest(site, context, 'oci.manifest');
  const ansible = await builtManifest(site, context, 'ansible.manifest');
  const git = await builtManifest(site, context, 'git.manifest');
  const revision: SiteRevision = {
    kind: 'site',
    ...(deb !== null && { deb }),
    ...(pypi !== null && { pypi }),
    ...(oci !== null && { oci }),
    ...(ansible !== null && { ansible }),
    ...(git !== null && { git }),
  };
  await writeMark(site, context, 'expected', await publishedDigest(site));
  const digest = await storeMarked(site, context, 'revision', revision);
  const record = join(site.data, sitePaths.revisions, `${digest}.json`);
  await writeFileAtomically(record, `${JSON.stringify(revision)}\n`, 0o644);
  await carryKeptTrials(site, context, digest);
  return `revision ${digest.slice(0, 16)}`;
}

/** Null for a kind that the run did not build. */
async function builtManifest(
  site: Site,
  run: StepScope['context'],
  mark: `${MirrorKind}.manifest`,
): Promise<string | null> {
  const digest = await readMark(site, run, mark);
  if (digest !== null) await readMarked<object>(site, run, mark);
  return digest;
}

/** Kinds that are trees of files, with the manifest that is to be served; null: none. */
const trees = ({ pypi, oci, ansible, git }: SiteRevision) => [
  { kind: sitePaths.pypi, what: 'Python indexes', want: pypi ?? null },
  { kind: sitePaths.oci, what: 'images', want: oci ?? null },
  { kind: sitePaths.ansible, what: 'galaxies', want: ansible ?? null },
  { kind: sitePaths.git, what: 'repositories', want: git ?? null },
];

const prefixOf = (view: View, source: string): string =>
  view === 'live' ? livePrefix(source) : stagingPrefix(source);

async function unpublished(site: AptlySite, scope: StepScope, view: View): Promise<Difference[]> {
  await settled(site, scope);
  const revision = await readMarked<SiteRevision>(site, scope.context, 'revision');
  const differences: Difference[] = [];
  for (const { source, suite, snapshot } of await suitesOf(site, revision.deb)) {
    const prefix = prefixOf(view, source);
    const have = (await publishedSnapshot(site, suite, prefix)) ?? 'none';
    if (have !== snapshot)
      differences.push({ what: `published as ${prefix} ${suite}`, have, want: snapshot });
  }
  for (const { kind, what, want } of trees(revision)) {
    const have = await servedManifest(site, kind, view);
    if (have !== want)
      differences.push({ what: `${what} that are ${view}`, have: short(have), want: short(want) });
  }
  return differences;
}

const short = (digest: string | null): string => digest?.slice(0, 16) ?? 'none';

async function suitesOf(site: Site, manifest: string | undefined): Promise<DebManifest['suites']> {
  return manifest === undefined ? [] : (await readStored<DebManifest>(site, manifest)).suites;
}

export const stagedDifferences = (site: AptlySite, scope: StepScope): Promise<Difference[]> =>
  unpublished(site, scope, 'staging');

export const stage = (site: AptlySite, scope: StepScope): Promise<string> => publish(site, scope, 'staging');

/** How a revision takes the place of another: by a refresh, or since a person goes back to it. */
export interface Publishing {
  readonly isHeld: boolean;
  readonly now: Date;
}

export async function publishedDifferences(
  site: AptlySite,
  scope: StepScope,
  { isHeld }: Pick<Publishing, 'isHeld'>,
): Promise<Difference[]> {
  const wanted = await readMark(site, scope.context, 'revision');
  const published = await readPublished(site);
  const have = published?.revision ?? nothing;
  const differences = await unpublished(site, scope, 'live');
  if (have !== wanted)
    return [...differences, { what: 'published revision', have: short(have), want: short(wanted) }];
  const held = published?.isHeld === true;
  if (held === isHeld) return differences;
  return [...differences, { what: 'held back by a rollback', have: String(held), want: String(isHeld) }];
}

/** The pointer last: a run that is killed before it publishes the same again. */
export async function publishLive(
  site: AptlySite,
  scope: StepScope,
  { isHeld, now }: Publishing,
): Promise<string> {
  const { context } = scope;
  await readMarked<SiteRevision>(site, context, 'revision');
  const next = (await readMark(site, context, 'revision')) ?? '';
  const expected = (await readMark(site, context, 'expected')) ?? '';
  await requireExpected(site, expected, next);
  await publish(site, scope, 'live');
  await swapPointer(site, { expected, next, now, isHeld });
  return `revision ${short(next)} in place of ${short(expected)}`;
}

/** Debian archives last: their clients are the ones that notice a date. */
async function publish(site: AptlySite, scope: StepScope, view: View): Promise<string> {
  const revision = await readMarked<SiteRevision>(site, scope.context, 'revision');
  for (const { kind, want } of trees(revision)) await serveManifest(site, kind, view, want);
  const suites = await suitesOf(site, revision.deb);
  for (const { source, suite, snapshot, architectures } of suites) {
    const prefix = prefixOf(view, source);
    if ((await publishedSnapshot(site, suite, prefix)) === snapshot) continue;
    await runScript(site, scope, `${source}-${suite.replaceAll('/', '-')}`, [
      publishSnapshot,
      await signingKeyId(site),
      prefix,
      suite,
      architectures.join(','),
      snapshot,
    ]);
  }
  const served = trees(revision).filter(({ want }) => want !== null);
  return [...suites.map(({ source, suite }) => `${source} ${suite}`), ...served.map(({ what }) => what)].join(
    ', ',
  );
}
