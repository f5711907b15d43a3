// SPDX-License-Identifier: Apache-2.0
// Reads a galaxy: which versions a collection has and what the document of one says, by version 3 of its interface; which versions
// a role has and where they lie, by version 1. Fetches no artifact.
import { hostOfUrl, plainUrl } from '../../../workflows/contracts/mirror/content.ts';
import type { CollectionDocument, ListedVersion } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import { parseObject } from '../state/records.ts';
import { readIfChanged, type ReadOptions } from '../content/read-if-changed.ts';
import { Failure } from '../failure.ts';
import { downloadUrl, fieldsOf, listOf, type Fields } from './answers.ts';
import { listedRoles, roleOf, type ListedRole } from './roles.ts';

/** @source a document lists every file of a collection; that of the largest has 2 MB */
const pageBytesMax = 16 * 1024 * 1024;

/** @source 100 versions a page; the collection with the most has some 300 */
const pagesMax = 100;

export class GalaxyReader {
  readonly #bases = new Map<string, string>();

  constructor(
    readonly url: string,
    private readonly options: Omit<ReadOptions, 'bytesMax' | 'headers'>,
  ) {}

  /**
   * Follows the links of the pages: what a page says of the count of all is not believed.
   * @throws Failure Rejected for a collection that is not there, and for answers that are none; Unreachable; AbortError
   */
  async versions(name: string): Promise<ListedVersion[]> {
    const versions = new Map<string, ListedVersion>();
    const seen = new Set<string>();
    let url: string | null = `${await this.#collection(name)}versions/?limit=100`;
    while (url !== null) {
      if (seen.has(url) || seen.size === pagesMax)
        throw this.#unusable(url, `its pages of versions lead in a circle, or are more than ${pagesMax}`);
      seen.add(url);
      const page: Fields = await this.#page(url);
      for (const each of listOf(page['data'] ?? page['results'])) {
        const { version, requires_ansible: requires } = fieldsOf(each);
        if (typeof version !== 'string') throw this.#unusable(url, 'a version of it has no number');
        versions.set(version, { version, requiresAnsible: typeof requires === 'string' ? requires : null });
      }
      url = this.#next(url, page);
    }
    return [...versions.values()];
  }

  /** @throws Failure Rejected for a document without a digest, or of another version; Unreachable; AbortError */
  async document(name: string, version: string): Promise<CollectionDocument> {
    const url = `${await this.#collection(name)}versions/${encodeURIComponent(version)}/`;
    const page = await this.#page(url);
    try {
      return documentOf(page, { name, version, url });
    } catch (cause) {
      throw this.#unusable(url, cause);
    }
  }

  async #collection(name: string): Promise<string> {
    return `${await this.#base('v3')}collections/${name.replace('.', '/')}/`;
  }

  /**
   * Where the versions of a role lie; none for a role that is not there.
   * @throws Failure Rejected for answers that are none; Unreachable; AbortError
   */
  async role(name: string): Promise<ListedRole[]> {
    const base = await this.#base('v1');
    const [owner = '', short = ''] = name.split('.');
    const asked = `${base}roles/?owner__username=${encodeURIComponent(owner)}&name=${encodeURIComponent(short)}`;
    const found = await this.#page(asked);
    try {
      const role = roleOf(found, name);
      if (role === null) return [];
      const pages: Fields[] = [];
      let url: string | null = `${base}roles/${role.id}/versions/?page_size=50`;
      while (url !== null) {
        if (pages.length === pagesMax) throw new Error(`it has more than ${pagesMax} pages of versions`);
        const page: Fields = await this.#page(url);
        pages.push(page);
        url = this.#next(url, { next: page['next_link'] });
      }
      return pages.flatMap((page) => listedRoles(role, page));
    } catch (cause) {
      throw cause instanceof Failure ? cause : this.#unusable(asked, cause);
    }
  }

  async #base(version: 'v1' | 'v3'): Promise<string> {
    const base = this.#bases.get(version) ?? (await this.#findBase(version));
    this.#bases.set(version, base);
    return base;
  }

  /** A server is named by its root, or by the root of its interface, as ansible-galaxy takes both. */
  async #findBase(version: 'v1' | 'v3'): Promise<string> {
    const roots = /\/api(\/|$)/.test(this.url) ? [`${this.url}/`] : [`${this.url}/api/`, `${this.url}/`];
    let failure: unknown;
    for (const root of roots) {
      try {
        const versions = fieldsOf((await this.#page(root))['available_versions']);
        const path = versions[version];
        if (typeof path === 'string') return new URL(path, root).href;
        const spoken = Object.keys(versions).join(', ') || 'nothing';
        throw this.#unusable(root, `it speaks ${spoken}, and not ${version}`);
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== 'Rejected') throw error;
        failure ??= error;
      }
    }
    throw failure as Error;
  }

  /** Null after the last page. A link may be a path; one to another host is not followed. */
  #next(url: string, page: Fields): string | null {
    const { next } = fieldsOf(page['links'] ?? { next: page['next'] });
    if (next === null || next === undefined || next === '') return null;
    if (typeof next !== 'string') throw this.#unusable(url, 'its link to the next page is no text');
    const target = new URL(next, url);
    if (target.origin !== new URL(url).origin)
      throw this.#unusable(url, `its next page is on another host: ${target.host}`);
    return target.href;
  }

  async #page(url: string): Promise<Fields> {
    const headers = { accept: 'application/json' };
    const { digest } = await readIfChanged(url, { ...this.options, bytesMax: pageBytesMax, headers });
    const text = (await this.options.store.read(digest)).toString('utf8');
    try {
      return parseObject(text);
    } catch (cause) {
      throw this.#unusable(url, cause);
    }
  }

  #unusable(url: string, cause: unknown): Failure {
    return new Failure('Rejected', `${plainUrl(url)} is not the answer of a galaxy`, {
      on: hostOfUrl(url),
      cause,
      hint: 'Name the root of a galaxy as url, such as https://galaxy.ansible.com',
    });
  }
}

interface Asked {
  readonly name: string;
  readonly version: string;
  readonly url: string;
}

/** @throws Error that says what is wrong with it */
function documentOf(page: Fields, { name, version, url }: Asked): CollectionDocument {
  const artifact = fieldsOf(page['artifact']);
  const { sha256: digest, size } = artifact;
  if (page['version'] !== version) throw new Error(`it is of version ${String(page['version'])}`);
  // An empty one is what clients install unchecked.
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest))
    throw new Error('it names no SHA-256 of its artifact');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 1)
    throw new Error('it names no size of its artifact');
  const requires = page['requires_ansible'];
  return {
    version,
    // By its name and version: what an upstream calls it would be part of a path.
    filename: `${name.replace('.', '-')}-${version}.tar.gz`,
    digest,
    size,
    url: downloadUrl(page['download_url'], url),
    requiresAnsible: typeof requires === 'string' ? requires : null,
    dependencies: dependenciesOf(fieldsOf(page['metadata'])['dependencies']),
    createdAt: timeOf(page['created_at']),
    updatedAt: timeOf(page['updated_at'] ?? page['created_at']),
  };
}

function dependenciesOf(value: unknown): Record<string, string> {
  const dependencies: Record<string, string> = {};
  for (const [name, range] of Object.entries(fieldsOf(value ?? {}))) {
    if (!/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/.test(name) || typeof range !== 'string')
      throw new Error(`it depends on ${JSON.stringify(name).slice(0, 80)}, which is not a collection`);
    dependencies[name] = range;
  }
  return dependencies;
}

function timeOf(value: unknown): string {
  if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
  throw new Error('it does not say when it was made');
}
