// SPDX-License-Identifier: Apache-2.0
// Publishes the revision of a run by aptly: to the staging prefix, where only a trial sees it, and to the one that clients see.
import { join } from 'node:path';
import type { DebManifest } from '../../workflows/contracts/mirror/deb-pins.ts';
import type { SiteRevision } from '../../workflows/contracts/mirror/revision.ts';
import { livePrefix, sitePaths, stagingPrefix } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import type { StepScope } from '../step-scope.ts';
import { publishedSnapshot, runScript, settled, type AptlySite } from './aptly.ts';
import { publishedDigest, requireExpected, swapPointer } from './pointer.ts';
import publishSnapshot from './scripts/publish-snapshot.sh';
import { signingKeyId } from './signing-key.ts';
import { isMarked, readMark, readMarked, storeMarked, writeMark, type Site } from './site.ts';

export async function revisionDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if ((await isMarked(site, context, 'revision')) && (await readMark(site, context, 'expected')) !== null)
    return [];
  return [{ what: 'revision of the site', have: 'none of this run', want: 'recorded' }];
}

/** Notes which revision this one replaces: publishing compares with it. */
export async function composeRevisionOf(site: Site, { context }: StepScope): Promise<string> {
  const deb = await readMark(site, context, 'deb.manifest');
  // Read, so that a revision never names what is not there.
  await readMarked<DebManifest>(site, context, 'deb.manifest');
  const revision: SiteRevision = { kind: 'site', deb: deb ?? '' };
  await writeMark(site, context, 'expected', await publishedDigest(site));
  const digest = await storeMarked(site, context, 'revision', revision);
  const record = join(site.data, sitePaths.revisions, `${digest}.json`);
  await writeFileAtomically(record, `${JSON.stringify(revision)}\n`, 0o644);
  return `revision ${digest.slice(0, 16)}`;
}

type PrefixOf = (source: string) => string;

async function unpublished(site: AptlySite, scope: StepScope, prefixOf: PrefixOf): Promise<Difference[]> {
  await settled(site, scope);
  const { suites } = await readMarked<DebManifest>(site, scope.context, 'deb.manifest');
  const differences: Difference[] = [];
  for (const { source, suite, snapshot } of suites) {
    const have = (await publishedSnapshot(site, suite, prefixOf(source))) ?? 'none';
    if (have !== snapshot)
      differences.push({ what: `published as ${prefixOf(source)} ${suite}`, have, want: snapshot });
  }
  return differences;
}

export const stagedDifferences = (site: AptlySite, scope: StepScope): Promise<Difference[]> =>
  unpublished(site, scope, stagingPrefix);

export const stage = (site: AptlySite, scope: StepScope): Promise<string> =>
  publish(site, scope, stagingPrefix);

export async function publishedDifferences(site: AptlySite, scope: StepScope): Promise<Difference[]> {
  const wanted = await readMark(site, scope.context, 'revision');
  const have = await publishedDigest(site);
  const differences = await unpublished(site, scope, livePrefix);
  if (have === wanted) return differences;
  return [
    ...differences,
    { what: 'published revision', have: have.slice(0, 16), want: (wanted ?? '').slice(0, 16) },
  ];
}

/** The pointer last: a run that is killed before it publishes the same again. */
export async function publishLive(site: AptlySite, scope: StepScope, now: Date): Promise<string> {
  const { context } = scope;
  await readMarked<SiteRevision>(site, context, 'revision');
  const next = (await readMark(site, context, 'revision')) ?? '';
  const expected = (await readMark(site, context, 'expected')) ?? '';
  await requireExpected(site, expected, next);
  await publish(site, scope, livePrefix);
  await swapPointer(site, expected, next, now);
  return `revision ${next.slice(0, 16)} in place of ${expected.slice(0, 16)}`;
}

async function publish(site: AptlySite, scope: StepScope, prefixOf: PrefixOf): Promise<string> {
  const { suites } = await readMarked<DebManifest>(site, scope.context, 'deb.manifest');
  const key = await signingKeyId(site);
  for (const { source, suite, snapshot, architectures } of suites) {
    if ((await publishedSnapshot(site, suite, prefixOf(source))) === snapshot) continue;
    const prefix = prefixOf(source);
    await runScript(site, scope, `${source}-${suite.replaceAll('/', '-')}`, [
      publishSnapshot,
      key,
      prefix,
      suite,
      architectures.join(','),
      snapshot,
    ]);
  }
  return suites.map(({ source, suite }) => `${source} ${suite}`).join(', ');
}
