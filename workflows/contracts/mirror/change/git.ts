// SPDX-License-Identifier: Apache-2.0
// Branches and tags of Git repositories, added and removed as `URL#REF`, or `NAME#REF` of one that is mirrored. Pure.
import type { GitRepository } from '../mirror-spec.ts';
import type { Items } from './items.ts';

const nameOfUrl = (url: string): string =>
  (/([^/]+?)(?:\.git)?\/*$/.exec(url)?.[1] ?? '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

export const gitItems: Items<GitRepository> = {
  what: 'branch or tag',
  form: 'URL#REF, such as https://opendev.org/openstack/kolla-ansible#master',
  sourcesOf: ({ git = [] }) => git,
  needsInstall: true,
  split: (item, repositories) => {
    const [, where, ref] = /^([^#]+)#([^#]+)$/.exec(item) ?? [];
    if (where === undefined || ref === undefined) return null;
    const known = repositories.find(({ name, url }) => name === where || url === where.replace(/\/+$/, ''));
    return { source: known?.name ?? nameOfUrl(where), item: ref };
  },
  nameOf: (item) => (/^[A-Za-z0-9][A-Za-z0-9._/+-]*$/.test(item) ? item : null),
  list: ({ refs }) => new Map(refs.map((ref) => [ref, ref])),
  add: (repository, item) =>
    repository.refs.includes(item) ? repository : { ...repository, refs: [...repository.refs, item] },
  remove: (repository, item) => {
    const refs = repository.refs.filter((ref) => ref !== item);
    return refs.length === 0 ? null : { ...repository, refs };
  },
  first: (item, to, asked) => {
    const url = asked.split('#')[0] ?? '';
    return to !== null && /^https?:\/\//.test(url) ? { name: to, url, refs: [item] } : null;
  },
};
