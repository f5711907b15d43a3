// SPDX-License-Identifier: Apache-2.0
// Collections and roles of an Ansible galaxy, added and removed as ansible-galaxy is told of them: `community.general:>=8`, and
// with the word role before it `role:geerlingguy.docker,7.4.1`. Pure.
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

interface RoleRequirement {
  readonly name: string;
  readonly version: string | null;
}

/** Null for what is not written as a role. */
function roleOf(item: string): RoleRequirement | null {
  const [, name, version] =
    /^role:([A-Za-z0-9][A-Za-z0-9_-]*\.[A-Za-z0-9_][A-Za-z0-9_-]*)(?:,([A-Za-z0-9][A-Za-z0-9._+-]*))?$/.exec(
      item,
    ) ?? [];
  return name === undefined ? null : { name, version: version ?? null };
}

type Role = NonNullable<AnsibleServer['roles']>[number];

const roleText = ({ name, versions = [] }: Role): string => [`role ${name}`, ...versions].join(' ');

/** One that is there is told its version anew. */
function withRole(server: AnsibleServer, { name, version }: RoleRequirement): AnsibleServer {
  const role: Role = { name, ...(version !== null && { versions: [version] }) };
  const roles = server.roles ?? [];
  const isKnown = roles.some((each) => each.name === name);
  return {
    ...server,
    roles: isKnown ? roles.map((each) => (each.name === name ? role : each)) : [...roles, role],
  };
}

/** Null: nothing would be left of it. */
function withoutRole(server: AnsibleServer, name: string): AnsibleServer | null {
  const { roles = [], ...others } = server;
  const left = roles.filter((each) => each.name !== name);
  if (left.length > 0) return { ...others, roles: left };
  return others.collections.length === 0 ? null : others;
}

export const ansibleItems: Items<AnsibleServer> = {
  what: 'collection or role',
  form: 'a collection with the versions that are wanted, such as "community.general:>=8,<10", or a role: role:geerlingguy.docker,7.4.1',
  needsInstall: true,
  sourcesOf: ({ ansible = [] }) => ansible,
  nameOf: (item) => {
    const role = roleOf(item);
    return role === null ? (requirementOf(item)?.name ?? null) : `role:${role.name}`;
  },
  list: ({ collections, roles = [] }) =>
    new Map([
      ...collections.map(
        ({ name, versions }) => [name, versions === '*' ? name : `${name} ${versions}`] as const,
      ),
      ...roles.map((role) => [`role:${role.name}`, roleText(role)] as const),
    ]),
  add: (server, item) => {
    const role = roleOf(item);
    if (role !== null) return withRole(server, role);
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
    const role = roleOf(item);
    if (role !== null) return withoutRole(server, role.name);
    const collections = server.collections.filter(({ name }) => name !== requirementOf(item)?.name);
    const isEmpty = collections.length + (server.roles ?? []).length === 0;
    return isEmpty ? null : { ...server, collections };
  },
  first: () => null,
};
