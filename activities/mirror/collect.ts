// SPDX-License-Identifier: Apache-2.0
// Removes what no kept revision and no present run names: revisions, snapshots, trees, files. Names first, bytes last, so that
// a run that is killed leaves bytes without a name and never a name without its bytes.
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bytesText, type Content } from '../../workflows/contracts/mirror/content.ts';
import { keptPublications, type Publications } from '../../workflows/contracts/mirror/publications.ts';
import { linkFolder, sitePaths, viewPaths } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { RetainArgs } from '../../workflows/ports/mirror/mirror.ts';
import { namesIn } from '../clients/state/local-files.ts';
import { parseObject } from '../clients/state/records.ts';
import type { StepScope } from '../step-scope.ts';
import { runScript, settled, type AptlySite } from './deb/aptly.ts';
import { publishedDigest, readPublications, writePublications } from './pointer.ts';
import { servedManifest, type TreeKind } from './views.ts';
import { filesBelow } from './rollback.ts';
import collectScript from './scripts/collect.sh';
import {
  ansibleContents,
  digestsOfRevision,
  partsOfRevision,
  pypiContents,
  type RevisionParts,
} from './served-contents.ts';
import { runFolder, storeOf, type Site } from './site.ts';

/** @source a day: a refresh that only plans holds no lease, and what it read stays for as long as a run's notes */
const youngMilliseconds = 86_400_000;

export async function surplusDifferences(
  site: AptlySite,
  args: RetainArgs,
  scope: StepScope,
): Promise<Difference[]> {
  await settled(site, scope);
  const all = await readPublications(site);
  const kept = await keptOf(site, args, all);
  const surplus = all.length - kept.length;
  if (surplus === 0) return [];
  return [{ what: 'published revisions', have: String(all.length), want: `${kept.length} kept` }];
}

async function keptOf(site: Site, { keep }: RetainArgs, all: Publications): Promise<Publications> {
  return keptPublications(all, { current: await publishedDigest(site), keep, now: Date.now() });
}

export async function collect(site: AptlySite, args: RetainArgs, scope: StepScope): Promise<string> {
  const all = await readPublications(site);
  const kept = await keptOf(site, args, all);
  const parts = new Map<string, RevisionParts>();
  // A kept revision that cannot be read ends the step before anything is removed.
  for (const { revision } of kept) parts.set(revision, await partsOfRevision(site, revision));
  const named = await namedDigests(site, parts);
  await removeRecords(site, all, kept);
  await writePublications(site, kept);
  await removeSnapshots(site, [...parts.values()], scope);
  await removePublished(site, [...parts.values()]);
  await removeTrees(site, sitePaths.pypi, [...parts.values()]);
  await removeTrees(site, sitePaths.oci, [...parts.values()]);
  await removeTrees(site, sitePaths.ansible, [...parts.values()]);
  await removeTrees(site, sitePaths.git, [...parts.values()]);
  const present = [...parts.values()];
  await removeLinks(
    site,
    sitePaths.pypi,
    present.flatMap(({ pypi }) => pypiContents(pypi)),
  );
  await removeLinks(
    site,
    sitePaths.ansible,
    present.flatMap(({ ansible }) => ansibleContents(ansible)),
  );
  const bytes = await removeContents(site, named, Date.now() - youngMilliseconds);
  return `${kept.length} revisions kept, ${bytesText(bytes)} removed`;
}

/** Of kept revisions, and all that the notes of runs and of upstreams' answers name. */
async function namedDigests(site: Site, parts: ReadonlyMap<string, RevisionParts>): Promise<Set<string>> {
  const named = new Set<string>();
  for (const [revision, each] of parts)
    for (const digest of digestsOfRevision(revision, each)) named.add(digest);
  await nameAnswers(site, named);
  await nameRuns(site, named);
  return named;
}

async function nameAnswers({ data }: Site, named: Set<string>): Promise<void> {
  const folder = join(data, sitePaths.upstream);
  for (const name of await namesIn(folder)) {
    const { digest } = parseObject(await readFile(join(folder, name), 'utf8'));
    if (typeof digest === 'string') named.add(digest);
  }
}

/** A run that stands for a night goes on with what it noted: the contents that its notes name, and all those that these name. */
async function nameRuns(site: Site, named: Set<string>): Promise<void> {
  const runs = join(site.data, sitePaths.runs);
  for (const nonce of await namesIn(runs))
    for (const mark of await namesIn(runFolder(site, { nonce }))) {
      const path = join(runs, nonce, mark);
      if (!(await stat(path)).isFile()) continue;
      const digest = (await readFile(path, 'utf8')).trim();
      if (!/^[0-9a-f]{64}$/.test(digest)) continue;
      named.add(digest);
      const size = await storeOf(site).sizeOf(digest);
      if (size === null) continue;
      const text = (await storeOf(site).read(digest)).toString('utf8');
      for (const [each] of text.matchAll(/\b[0-9a-f]{64}\b/g)) named.add(each);
    }
}

async function removeRecords({ data }: Site, all: Publications, kept: Publications): Promise<void> {
  const gone = new Set(all.map(({ revision }) => revision));
  for (const { revision } of kept) gone.delete(revision);
  for (const folder of [join(data, sitePaths.revisions), join(data, sitePaths.bills)])
    for (const name of await namesIn(folder))
      if (gone.has(name.slice(0, 64))) await rm(join(folder, name), { force: true });
}

async function removeSnapshots(
  site: AptlySite,
  parts: readonly RevisionParts[],
  scope: StepScope,
): Promise<void> {
  const snapshots = parts.flatMap(({ deb }) => (deb?.suites ?? []).map(({ snapshot }) => snapshot));
  if (snapshots.length === 0) return;
  const list = 'kept-snapshots';
  await writeFile(join(runFolder(site, scope.context), list), `${snapshots.join('\n')}\n`);
  const inside = join(site.inside, sitePaths.runs, scope.context.nonce, list);
  await runScript(site, scope, 'collect', [collectScript, inside]);
}

/** Files that aptly published and that no kept revision has: aptly's own cleanup would take those of the others too. */
async function removePublished({ data }: Site, parts: readonly RevisionParts[]): Promise<void> {
  const suites = parts.flatMap(({ deb }) => deb?.suites ?? []);
  const kept = new Set(suites.flatMap(({ packages }) => packages.map(({ path }) => basename(path))));
  for (const view of ['live', 'staging'])
    for (const source of new Set(suites.map((each) => each.source)))
      for (const [name, path] of await filesBelow(
        join(data, sitePaths.aptly, 'public', view, source, 'pool'),
      ))
        if (!kept.has(name)) await rm(path, { force: true });
}

/** Trees of manifests that no kept revision names, and that nobody is led to. */
async function removeTrees(site: Site, kind: TreeKind, parts: readonly RevisionParts[]): Promise<void> {
  const folder = join(site.data, kind, viewPaths.trees);
  const trees = new Set<string | null>(parts.map(({ revision }) => revision[kind] ?? null));
  for (const view of ['live', 'staging'] as const) trees.add(await servedManifest(site, kind, view));
  for (const name of await namesIn(folder))
    if (!trees.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}

/** Links to files that no kept revision has. */
async function removeLinks({ data }: Site, kind: TreeKind, contents: readonly Content[]): Promise<void> {
  const folder = join(data, kind, linkFolder);
  const files = new Set(contents.map(({ digest }) => digest));
  for (const shard of await namesIn(folder))
    for (const digest of await namesIn(join(folder, shard)))
      if (!files.has(digest)) await rm(join(folder, shard, digest), { recursive: true });
}

/** Returns the bytes that were removed. */
async function removeContents(site: Site, named: ReadonlySet<string>, before: number): Promise<number> {
  const store = storeOf(site);
  let bytes = 0;
  for (const [digest, path] of await filesBelow(join(store.folder, 'sha256'))) {
    if (named.has(digest)) continue;
    const { size, mtimeMs } = await stat(path);
    if (mtimeMs >= before) continue;
    await store.remove(digest);
    bytes += size;
  }
  return bytes;
}
