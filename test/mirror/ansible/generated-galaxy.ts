// SPDX-License-Identifier: Apache-2.0
// A galaxy on loopback with generated collections, since galaxy.ansible.com cannot be reached where these tests run. It answers as
// galaxy_ng does: version 3, redirected to the paths of Pulp, in pages whose links are paths. What it says of the count of all
// versions is wrong on purpose. Each collection is a real archive that ansible-galaxy installs.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { generated, sha256Of, type UpstreamServer } from '../upstream-server.ts';

export interface GeneratedCollection {
  /** `lab.tools` */
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly requiresAnsible?: string;
  readonly bytes?: number;
}

export interface GeneratedRole {
  /** `lab.demo` */
  readonly name: string;
  readonly versions: readonly string[];
  readonly bytes?: number;
}

export interface GalaxyFaults {
  /** Of artifacts, in the documents; default: the true one. */
  readonly sha256Of?: (collection: GeneratedCollection, digest: string) => string;
  readonly downloadUrl?: (collection: GeneratedCollection, url: string) => string;
  /** Of each page of versions; default: the one behind it. */
  readonly next?: (url: string | null) => string | null;
}

const pageSize = 3;
const below = '/api/v3/plugin/ansible/content/published/collections/index';

/** Makes the server answer for these collections and no others. */
export function serveGalaxy(
  upstream: UpstreamServer,
  collections: readonly GeneratedCollection[],
  faults: GalaxyFaults = {},
  roles: readonly GeneratedRole[] = [],
): void {
  upstream.files.clear();
  const built = collections.map((collection) => ({ collection, bytes: archiveOf(collection) }));
  for (const { collection, bytes } of built) upstream.files.set(artifactOf(collection), bytes);
  const json = new Map<string, object>([
    ['/api/', { available_versions: { v3: 'v3/', 'pulp-v3-collections': 'pulp/', v1: 'v1/' } }],
  ]);
  roles.forEach((role, index) => {
    for (const [path, page] of rolePages(upstream.url, role, 1000 + index)) json.set(path, page);
    for (const version of role.versions)
      upstream.files.set(archivePath(role, version), roleArchive(role, version));
  });
  for (const name of new Set(collections.map((each) => each.name))) {
    const own = built.filter(({ collection }) => collection.name === name);
    const root = `${below}/${name.replace('.', '/')}/versions/`;
    for (let offset = 0; offset === 0 || offset < own.length; offset += pageSize)
      json.set(
        `${root}?limit=100${offset === 0 ? '' : `&offset=${offset}`}`,
        versionsPage(root, own, offset, faults),
      );
    for (const { collection, bytes } of own)
      json.set(`${root}${collection.version}/`, documentOf(upstream.url, collection, bytes, faults));
  }
  upstream.trouble = ({ url = '' }, response) => {
    const short = /^\/api\/v3\/collections\/(.*)$/.exec(url)?.[1];
    if (short !== undefined) {
      response.writeHead(302, { location: `${below}/${short}` }).end();
      return true;
    }
    const none = url.startsWith('/api/v1/roles/?') ? { count: 0, next_link: null, results: [] } : undefined;
    const answer = json.get(url) ?? none;
    if (answer === undefined) return false;
    const text = JSON.stringify(answer);
    const etag = `"${sha256Of(Buffer.from(text)).slice(0, 16)}"`;
    response.writeHead(200, { 'content-type': 'application/json', etag }).end(text);
    return true;
  };
}

/** As version 1 of the interface: found by owner and name, its versions by its number, in pages. */
function rolePages(url: string, role: GeneratedRole, id: number): [string, object][] {
  const [owner = '', name = ''] = role.name.split('.');
  const found = { id, name, github_user: owner, github_repo: `role-${name}`, username: owner };
  const list = `/api/v1/roles/${id}/versions/`;
  const pages = Math.max(1, Math.ceil(role.versions.length / pageSize));
  return [
    [`/api/v1/roles/?owner__username=${owner}&name=${name}`, { count: 1, next_link: null, results: [found] }],
    ...Array.from({ length: pages }, (_, page): [string, object] => [
      `${list}?page_size=50${page === 0 ? '' : `&page=${page + 1}`}`,
      {
        next_link: page + 1 < pages ? `${list}?page_size=50&page=${page + 2}` : null,
        results: role.versions.slice(page * pageSize, (page + 1) * pageSize).map((version) => ({
          name: version,
          download_url: `${url}/${archivePath(role, version)}`,
        })),
      },
    ]),
  ];
}

const archivePath = ({ name }: GeneratedRole, version: string): string => `roles/${name}/${version}.tar.gz`;

/** As GitHub archives a repository: below one folder. */
function roleArchive({ name, bytes = 2000 }: GeneratedRole, version: string): Buffer {
  const [, short = ''] = name.split('.');
  const meta = `galaxy_info:\n  author: test\n  description: generated\n  license: Apache-2.0\n  min_ansible_version: '2.9'\n`;
  const folder = `role-${short}-${version}`;
  return gzipSync(
    tar([
      [`${folder}/meta/main.yml`, Buffer.from(meta)],
      [`${folder}/tasks/main.yml`, Buffer.from('---\n')],
      [`${folder}/files/data.bin`, generated(`${name} ${version}`, bytes)],
    ]),
  );
}

interface Built {
  readonly collection: GeneratedCollection;
  readonly bytes: Buffer;
}

function versionsPage(root: string, own: readonly Built[], offset: number, faults: GalaxyFaults): object {
  const behind = offset + pageSize < own.length ? `${root}?limit=100&offset=${offset + pageSize}` : null;
  return {
    meta: { count: 1 },
    links: {
      first: `${root}?limit=100`,
      previous: null,
      next: (faults.next ?? ((url) => url))(behind),
      last: null,
    },
    data: own.slice(offset, offset + pageSize).map(({ collection }) => ({
      version: collection.version,
      href: `${root}${collection.version}/`,
      requires_ansible: collection.requiresAnsible ?? null,
      ...times,
    })),
  };
}

const times = { created_at: '2026-01-02T03:04:05.678901Z', updated_at: '2026-01-02T03:04:05.678901Z' };

const artifactOf = ({ name, version }: GeneratedCollection): string =>
  `artifacts/${name.replace('.', '-')}-${version}.tar.gz`;

function documentOf(
  url: string,
  collection: GeneratedCollection,
  bytes: Buffer,
  faults: GalaxyFaults,
): object {
  const { name, version, dependencies = {}, requiresAnsible = null } = collection;
  const [namespace, short] = name.split('.');
  const download = `${url}/${artifactOf(collection)}`;
  const digest = sha256Of(bytes);
  return {
    version,
    name: short,
    namespace: { name: namespace },
    collection: { name: short },
    requires_ansible: requiresAnsible,
    artifact: {
      filename: 'named-otherwise.tar.gz',
      sha256: faults.sha256Of?.(collection, digest) ?? digest,
      size: bytes.byteLength,
    },
    download_url: faults.downloadUrl?.(collection, download) ?? download,
    metadata: { dependencies },
    ...times,
  };
}

/** As `ansible-galaxy collection build` makes it: a manifest that names the list of the files, which names each. */
function archiveOf(collection: GeneratedCollection): Buffer {
  const { name, version, dependencies = {}, requiresAnsible, bytes = 2000 } = collection;
  const [namespace, short] = name.split('.');
  const runtime = requiresAnsible === undefined ? '---\n' : `---\nrequires_ansible: '${requiresAnsible}'\n`;
  const files = new Map([
    ['meta/runtime.yml', Buffer.from(runtime)],
    ['files/data.bin', generated(`${name} ${version}`, bytes)],
  ]);
  const entry = (path: string, content: Buffer | null): object => ({
    name: path,
    ftype: content === null ? 'dir' : 'file',
    chksum_type: content === null ? null : 'sha256',
    chksum_sha256: content === null ? null : sha256Of(content),
    format: 1,
  });
  const list = Buffer.from(
    JSON.stringify({
      files: [
        entry('.', null),
        entry('meta', null),
        entry('files', null),
        ...[...files].map(([path, content]) => entry(path, content)),
      ],
      format: 1,
    }),
  );
  const manifest = Buffer.from(
    JSON.stringify({
      collection_info: { namespace, name: short, version, authors: ['test'], dependencies, tags: [] },
      file_manifest_file: {
        name: 'FILES.json',
        ftype: 'file',
        chksum_type: 'sha256',
        chksum_sha256: createHash('sha256').update(list).digest('hex'),
        format: 1,
      },
      format: 1,
    }),
  );
  return gzipSync(tar([['MANIFEST.json', manifest], ['FILES.json', list], ...files]));
}

/** @source POSIX.1-1988, ustar */
function tar(files: readonly (readonly [string, Buffer])[]): Buffer {
  const blocks: Buffer[] = [];
  const folders = new Set(files.map(([path]) => path.replace(/[^/]*$/, '')).filter((path) => path !== ''));
  for (const folder of folders) blocks.push(header(folder, 0, '5'));
  for (const [path, bytes] of files) {
    blocks.push(
      header(path, bytes.byteLength, '0'),
      bytes,
      Buffer.alloc((512 - (bytes.byteLength % 512)) % 512),
    );
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function header(path: string, size: number, type: '0' | '5'): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0);
  block.write(type === '5' ? '0000755\0' : '0000644\0', 100);
  block.write('0000000\0'.repeat(2), 108);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(`${'0'.repeat(11)}\0`, 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
