// SPDX-License-Identifier: Apache-2.0
// The answers of a galaxy, version 3 of its interface, as files: ansible-galaxy asks for folders, each of which answers with its
// index.json. All versions stand on one page, and its link to a next one is null: a client that pages by links ends there. Pure.
import {
  artifactPath,
  type CollectionDocument,
  type PinnedCollection,
  type PinnedRole,
  type ServerPins,
} from './pins.ts';

/** Below the folder of a server. */
export interface GalaxyPage {
  readonly path: string;
  readonly text: string;
}

/** `fraction`: digits that differ whenever the text does. */
export function galaxyPages(pins: ServerPins, fraction: (text: string) => string): GalaxyPage[] {
  const { roles = [] } = pins;
  const versions = { v3: 'v3/', ...(roles.length > 0 && { v1: 'v1/' }) };
  const root = { available_versions: versions, current_version: 'v3', description: 'mirror' };
  return [
    { path: 'api/index.json', text: json(root) },
    ...roles.flatMap(rolePages),
    ...pins.collections.flatMap((each) => collectionPages(pins.server, each, fraction)),
  ];
}

function collectionPages(
  server: string,
  collection: PinnedCollection,
  fraction: (text: string) => string,
): GalaxyPage[] {
  const [namespace = '', name = ''] = collection.name.split('.');
  const below = `v3/collections/${namespace}/${name}/`;
  const href = `/ansible/${server}/api/${below}`;
  const { versions } = collection;
  const highest = versions.find(({ version }) => !version.includes('-')) ?? versions[0];
  const versionHref = ({ version }: CollectionDocument): string => `${href}versions/${version}/`;
  const times = { created_at: oldest(versions), updated_at: changedAt(versions, fraction) };
  const detail = {
    href,
    namespace,
    name,
    deprecated: false,
    versions_url: `${href}versions/`,
    highest_version: highest === undefined ? null : { href: versionHref(highest), version: highest.version },
    ...times,
  };
  const list = {
    meta: { count: versions.length },
    links: { first: null, previous: null, next: null, last: null },
    data: versions.map((each) => ({
      version: each.version,
      href: versionHref(each),
      created_at: each.createdAt,
      updated_at: each.updatedAt,
      requires_ansible: each.requiresAnsible,
      marks: [],
    })),
  };
  return [
    { path: `api/${below}index.json`, text: json(detail) },
    { path: `api/${below}versions/index.json`, text: json(list) },
    ...versions.map((each) => ({
      path: `api/${below}versions/${each.version}/index.json`,
      text: json(versionPage(namespace, name, href, versionHref(each), each)),
    })),
  ];
}

/** Under one version nothing of it changes ever: clients remember it for a day. */
const versionPage = (
  namespace: string,
  name: string,
  collection: string,
  href: string,
  document: CollectionDocument,
) => ({
  version: document.version,
  href,
  created_at: document.createdAt,
  updated_at: document.updatedAt,
  requires_ansible: document.requiresAnsible,
  marks: [],
  artifact: { filename: document.filename, sha256: document.digest, size: document.size },
  collection: { id: `${namespace}.${name}`, name, href: collection },
  // A path: under whichever name and port the mirror is reached.
  download_url: `/ansible/${artifactPath(document)}`,
  name,
  namespace: { name: namespace },
  signatures: [],
  metadata: { dependencies: document.dependencies },
});

/** In the text of a page: the web server puts in under which name it is asked. A path alone is no address of a role to clients. */
export const ownAddress = 'holdfast-address://';

/**
 * By version 1 of the interface, which has roles. They are asked for by `?owner__username=OWNER&name=NAME`, which the web server
 * makes a folder of, then for their versions by what is told as their id.
 */
function rolePages({ name, versions }: PinnedRole): GalaxyPage[] {
  const [owner = '', short = ''] = name.split('.');
  const role = {
    id: name,
    name: short,
    username: owner,
    github_user: owner,
    github_repo: short,
    summary_fields: {
      namespace: { name: owner },
      versions: versions.map(({ version }) => ({ name: version })),
    },
  };
  const list = versions.map((archive) => ({
    name: archive.version,
    version: archive.version,
    download_url: `${ownAddress}/ansible/${artifactPath(archive)}`,
  }));
  const page = (results: readonly object[]): string =>
    json({ count: results.length, next: null, next_link: null, previous: null, results });
  return [
    { path: `api/v1/roles/${owner}/${short}/index.json`, text: page([role]) },
    { path: `api/v1/roles/${name}/versions/index.json`, text: page(list) },
  ];
}

const oldest = (versions: readonly CollectionDocument[]): string =>
  versions.map(({ createdAt }) => createdAt).sort()[0] ?? '';

/** By it clients see that their list of versions is old: it must differ whenever the list does, whatever upstream says. */
function changedAt(versions: readonly CollectionDocument[], fraction: (text: string) => string): string {
  const last =
    versions
      .map(({ updatedAt }) => updatedAt)
      .sort()
      .at(-1) ?? '';
  const second = last.replace(/(\.\d+)?(Z|\+00:00)$/, '');
  return `${second}.${fraction(JSON.stringify(versions))}Z`;
}

const json = (value: object): string => `${JSON.stringify(value)}\n`;
