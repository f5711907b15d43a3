// SPDX-License-Identifier: Apache-2.0
// Pins what branches and tags of Git repositories lead to now, by the ids of objects.
import { hostOfUrl } from '../../../workflows/contracts/mirror/content.ts';
import { refNamed, type GitPins, type RepositoryRefs } from '../../../workflows/contracts/mirror/git/pins.ts';
import type { GitRepository } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { GitArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { Failure } from '../../clients/failure.ts';
import { advertisedRefs, type AdvertisedRefs } from '../../clients/git/upload-pack.ts';
import type { StepScope } from '../../step-scope.ts';
import { removeOldRuns } from '../runs.ts';
import { budgetOf, isMarked, storeMarked, type Site } from '../site.ts';
import { knownPacks, lackingRefs } from './fetch.ts';

export async function gitPinDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if (await isMarked(site, context, 'git.pins')) return [];
  const want = `pinned by the run ${context.nonce}`;
  return [{ what: 'refs of Git repositories', have: 'none of this run', want }];
}

export async function pinGit(site: Site, args: GitArgs, scope: StepScope): Promise<string> {
  await removeOldRuns(site, scope.context.nonce);
  const pins = await readRepositories(site, args, scope);
  await storeMarked(site, scope.context, 'git.pins', pins);
  const packs = await knownPacks(site, pins, scope);
  const lacking = pins.repositories.flatMap((each) => lackingRefs(each, packs));
  const refs = pins.repositories.flatMap((each) => Object.keys(each.refs)).length;
  return `${refs} refs; to fetch: ${lacking.length === 0 ? 'nothing' : lacking.join(', ')}`;
}

/** What a refresh would fetch now, a difference for each repository. How many bytes that is, no server tells before. */
export async function gitRefreshDifferences(
  site: Site,
  args: GitArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const pins = await readRepositories(site, args, scope);
  const packs = await knownPacks(site, pins, scope);
  return pins.repositories.flatMap((pinned) => {
    const lacking = lackingRefs(pinned, packs);
    if (lacking.length === 0) return [];
    const all = Object.keys(pinned.refs).length;
    const have = `${all - lacking.length} of ${all} refs`;
    const want = `fetch ${lacking.join(', ')} from ${hostOfUrl(pinned.url)}`;
    return [{ what: `refs of ${pinned.repository}`, have, want }];
  });
}

/** Asks every repository. Stores nothing. */
async function readRepositories(site: Site, args: GitArgs, { signal, tell }: StepScope): Promise<GitPins> {
  const options = { budget: budgetOf(site, args.limits), signal };
  const repositories: RepositoryRefs[] = [];
  for (const repository of args.repositories) {
    tell(`refs of ${repository.name}`);
    repositories.push(pinsOf(repository, await advertisedRefs(repository.url, options)));
  }
  return { repositories };
}

/** @throws Failure PreconditionFailed naming the refs that are not there */
function pinsOf({ name, url, refs: wanted }: GitRepository, { refs, head }: AdvertisedRefs): RepositoryRefs {
  const found = wanted.map((each) => ({ each, full: refNamed(each, refs) }));
  const absent = found.filter(({ full }) => full === null).map(({ each }) => each);
  if (absent.length > 0)
    throw new Failure('PreconditionFailed', `${name} does not have every ref that is wanted`, {
      on: hostOfUrl(url),
      cause: `neither a branch nor a tag: ${absent.join(', ')}`,
      hint: 'Correct refs in the file of the mirror, then holdfast mirrors install FILE',
    });
  const names = [...new Set(found.flatMap(({ full }) => full ?? []))].sort();
  return {
    repository: name,
    url,
    refs: Object.fromEntries(names.map((full) => [full, refs.get(full) ?? ''])),
    // What the upstream checks out, where that is mirrored.
    head: head !== null && names.includes(head) ? head : (names[0] ?? ''),
  };
}
