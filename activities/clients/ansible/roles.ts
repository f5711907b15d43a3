// SPDX-License-Identifier: Apache-2.0
// What a galaxy says of a role by version 1 of its interface: its id, and where its versions lie.
// @source ansible-core, galaxy/role.py: GalaxyRole.fetch and GalaxyRole.install
import { downloadUrl, fieldsOf, listOf, type Fields } from './answers.ts';

export interface ListedRole {
  readonly version: string;
  readonly url: string;
}

interface FoundRole {
  /** Part of a path. */
  readonly id: string;
  readonly user: string;
  readonly repository: string;
}

/** Part of paths. @source github.com: names of users and repositories */
const word = /^[A-Za-z0-9._-]{1,100}$/;

/** Null for a role that is not there. @throws Error that says what is wrong with it */
export function roleOf(page: Fields, name: string): FoundRole | null {
  const [first] = listOf(page['results']);
  if (first === undefined) return null;
  const { id, github_user: user, github_repo: repository } = fieldsOf(first);
  const text = typeof id === 'number' ? String(id) : id;
  const words = [text, user, repository];
  if (words.every((each): each is string => typeof each === 'string' && word.test(each))) {
    const [known = '', owner = '', where = ''] = words;
    return { id: known, user: owner, repository: where };
  }
  throw new Error(`it does not say where the role ${name} lies`);
}

/** Those whose names may be part of a path. One without a place of its own is a tag of a repository, as clients take it. */
export function listedRoles({ user, repository }: FoundRole, page: Fields): ListedRole[] {
  return listOf(page['results']).flatMap((each) => {
    const { name, download_url: place } = fieldsOf(each);
    if (typeof name !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/.test(name)) return [];
    const archive = `https://github.com/${user}/${repository}/archive/${name}.tar.gz`;
    return [{ version: name, url: downloadUrl(place ?? archive, archive) }];
  });
}
