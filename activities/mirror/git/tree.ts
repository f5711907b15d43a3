// SPDX-License-Identifier: Apache-2.0
// The bare repositories of a manifest in a folder that the web server of the box serves: made and checked by git of the box, of
// links to packs in the content store. Named after the manifest and never changed.
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  gitManifestOf,
  type GitManifest,
  type GitPacks,
  type GitPins,
} from '../../../workflows/contracts/mirror/git/pins.ts';
import { sitePaths, viewPaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { sha256 } from '../../clients/content/content-store.ts';
import { readText } from '../../clients/state/local-files.ts';
import { runToSuccess } from '../../run-command.ts';
import { settleLiveJobs, type StepScope } from '../../step-scope.ts';
import buildRepository from '../scripts/build-repository.sh';
import { isMarked, readMarked, runFolder, storeMarked, type Site } from '../site.ts';
import { treeOf } from '../views.ts';

type Repository = GitManifest['repositories'][number];

async function wantedManifest(site: Site, { context }: StepScope): Promise<GitManifest> {
  const pins = await readMarked<GitPins>(site, context, 'git.pins');
  return gitManifestOf(pins, await readMarked<GitPacks>(site, context, 'git.packs'));
}

const digestOf = (manifest: GitManifest): string => sha256(Buffer.from(JSON.stringify(manifest)));

export async function gitBuiltDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  if (scope.context.epoch > 0) await settleLiveJobs(site.host, scope);
  const manifest = await wantedManifest(site, scope);
  const differences: Difference[] = [];
  for (const { repository } of await unbuilt(site, manifest))
    differences.push({ what: `repository ${repository}`, have: 'absent or another', want: 'built' });
  if (await isMarked(site, scope.context, 'git.manifest')) return differences;
  return [...differences, { what: 'manifest of repositories', have: 'none of this run', want: 'stored' }];
}

async function unbuilt(site: Site, manifest: GitManifest): Promise<Repository[]> {
  const tree = treeOf(site, sitePaths.git, digestOf(manifest));
  const wrong: Repository[] = [];
  for (const each of manifest.repositories)
    if (!(await isBuilt(join(tree, `${each.repository}.git`), each))) wrong.push(each);
  return wrong;
}

/** It gets its name when it is whole; what became of it since is seen in what clients read first. */
async function isBuilt(folder: string, { refs, packs }: Repository): Promise<boolean> {
  const text = (await readText(join(folder, 'info/refs'))) ?? '';
  // Behind a tag that is an object of its own stands what it leads to.
  const told = text.split('\n').filter((line) => line !== '' && !line.endsWith('^{}'));
  const wanted = Object.entries(refs).map(([name, id]) => `${id}\t${name}`);
  if (told.join('\n') !== wanted.join('\n')) return false;
  const pack = join(folder, 'objects/pack');
  const names = await readdir(pack).catch((): string[] => []);
  const links = await Promise.all(
    names
      .filter((name) => name.endsWith('.pack') && names.includes(name.replace('.pack', '.idx')))
      .map((name) => readlink(join(pack, name)).catch(() => '')),
  );
  const have = links.map((target) => basename(target)).sort();
  const want = packs.map(({ digest }) => digest).sort();
  return have.join('\n') === want.join('\n');
}

export async function buildGit(site: Site, scope: StepScope): Promise<string> {
  const { context } = scope;
  const manifest = await wantedManifest(site, scope);
  const lists = join(runFolder(site, context), 'git');
  await mkdir(lists, { recursive: true, mode: 0o755 });
  const store = join(site.inside, sitePaths.content, 'sha256');
  for (const { repository, refs, head, packs } of await unbuilt(site, manifest)) {
    scope.tell(`${repository} is built`);
    const lines = Object.entries(refs).map(([name, id]) => `create ${name} ${id}\n`);
    await writeFile(join(lists, repository), lines.join(''));
    const argv = [
      'sh',
      '-c',
      buildRepository,
      'holdfast-git',
      join(site.inside, sitePaths.git, viewPaths.trees, digestOf(manifest), `${repository}.git`),
      head,
      join(site.inside, sitePaths.runs, context.nonce, 'git', repository),
      ...packs.map(({ digest }) => join(store, digest.slice(0, 2), digest)),
    ];
    await runToSuccess(site.host, { ...scope, key: `${scope.key}.${repository}` }, { argv });
  }
  const digest = await storeMarked(site, context, 'git.manifest', manifest);
  return `manifest ${digest.slice(0, 16)}`;
}
