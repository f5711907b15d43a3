// SPDX-License-Identifier: Apache-2.0
// What a refresh pinned of Git repositories, the packs that it fetched, and the manifest that it makes of both. Pure.
import type { Content } from '../content.ts';

export interface RepositoryRefs {
  readonly repository: string;
  readonly url: string;
  /** Ids of objects by full names of refs, sorted. */
  readonly refs: Readonly<Record<string, string>>;
  /** The ref that a clone checks out. */
  readonly head: string;
}

/** Of one run. */
export interface GitPins {
  readonly repositories: readonly RepositoryRefs[];
}

export interface RepositoryPacks {
  readonly repository: string;
  readonly url: string;
  /** Ids of objects that the packs hold with all that they lead to. */
  readonly tips: readonly string[];
  /** In the order in which they came: each may build on those before. */
  readonly packs: readonly Content[];
}

/** Of one run: grows by each pack that came. */
export interface GitPacks {
  readonly repositories: readonly RepositoryPacks[];
}

/** What is served of Git repositories in one revision; named by its digest, never changed. */
export interface GitManifest {
  readonly kind: 'git';
  readonly repositories: readonly (RepositoryRefs & RepositoryPacks)[];
}

/** @throws Error when a repository has no packs yet */
export const gitManifestOf = (pins: GitPins, packs: GitPacks): GitManifest => ({
  kind: 'git',
  repositories: pins.repositories.map(({ repository, url, refs, head }) => {
    const own = packs.repositories.find((each) => each.repository === repository && each.url === url);
    if (own === undefined) throw new Error(`nothing of ${repository} was fetched`);
    return { repository, url, refs, head, tips: own.tips, packs: own.packs };
  }),
});

/**
 * Full names of the refs that a spec names, a branch before a tag. Those that are not there come as null.
 * @source gitrevisions(7), but that a tag does not hide a branch
 */
export const refNamed = (name: string, refs: ReadonlyMap<string, string>): string | null => {
  const names = name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  return names.find((each) => refs.has(each)) ?? null;
};
