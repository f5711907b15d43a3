// SPDX-License-Identifier: Apache-2.0
// Collections of an Ansible galaxy, added and removed as ansible-galaxy is told of them: `community.general:>=8`. Pure.
import type { AnsibleServer } from '../mirror-spec.ts';
import type { Items } from './items.ts';

interface Requirement {
  readonly name: string;
  readonly versions: string;
}

function requirementOf(item: string): Requirement | null {
  const [, name, versions = '*'] = /^([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)(?::(.+))?$/.exec(item) ?? [];
  return name === undefined ? null : { name, versions };
}

export const ansibleItems: Items<AnsibleServer> = {
  what: 'collection',
  form: 'a collection with the versions that are wanted, such as community.general or "community.general:>=8,<10"',
  needsInstall: true,
  sourcesOf: ({ ansible = [] }) => ansible,
  nameOf: (item) => requirementOf(item)?.name ?? null,
  list: ({ collections }) =>
    new Map(collections.map(({ name, versions }) => [name, versions === '*' ? name : `${name} ${versions}`])),
  add: (server, item) => {
    const wanted = requirementOf(item);
    if (wanted === null) return server;
    const isKnown = server.collections.some(({ name }) => name === wanted.name);
    const collections = isKnown
      ? server.collections.map((each) =>
          each.name === wanted.name ? { ...each, versions: wanted.versions } : each,
        )
      : [...server.collections, { ...wanted, newest: 1 }];
    return { ...server, collections };
  },
  remove: (server, item) => {
    const collections = server.collections.filter(({ name }) => name !== requirementOf(item)?.name);
    return collections.length === 0 ? null : { ...server, collections };
  },
  first: () => null,
};
