// SPDX-License-Identifier: Apache-2.0
// Reads a container registry by its HTTP API: manifests into the content store, logins without a user for what asks for one. Chooses none.
import { hostOfUrl, plainUrl } from '../../../workflows/contracts/mirror/content.ts';
import { endingOf, manifestTypes, readReferrers } from '../../../workflows/contracts/mirror/oci/manifest.ts';
import { referrersTag, type StoredManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';
import { sha256, type ContentStore } from '../content/content-store.ts';
import type { HostBudget, ToldLimit } from '../content/host-budget.ts';
import { askAgain, bodyOf } from '../content/read-if-changed.ts';
import type { Answer } from '../content/upstream.ts';
import { Failure } from '../failure.ts';
import { parseObject } from '../state/records.ts';

export interface RegistryOptions {
  readonly store: ContentStore;
  readonly budget: HostBudget;
  readonly signal?: AbortSignal | undefined;
}

/** @source registries refuse larger ones: 4 MiB */
const manifestBytesMax = 4 * 2 ** 20;

const accept = Object.values(manifestTypes).join(', ');

/** How long a token is used before another is asked for, milliseconds. @source Docker Hub's live 300 s, and 60 s is the least of the standard */
const tokenMilliseconds = 45_000;

/** Between two questions whether pulls are left again, seconds. */
const pauseSecondsMax = 600;

/** How registries say that they have no list of referrers, beside 404. */
const noReferrers = [400, 403, 405];

/** @source an image has some ten referrers, a page of a registry a hundred */
const pagesMax = 20;

export class RegistryReader {
  /** Repositories that ask for no login. */
  readonly #open = new Set<string>();
  /** Repositories of registries before version 1.1 of the interface. */
  readonly #lackReferrers = new Set<string>();
  /** As the last answer told it; null: the registry tells nothing, or nothing yet. */
  #pulls: { readonly left: number; readonly pauseSeconds: number } | null = null;
  readonly #tokens = new Map<string, { readonly text: string; readonly until: number }>();

  /** `url`: of the registry, without `/v2`. */
  constructor(
    readonly url: string,
    private readonly options: RegistryOptions,
  ) {}

  /** What a tag leads to, by a request that registries do not count; null: there is no such tag. @throws Failure */
  async digestOf(repository: string, tag: string): Promise<string | null> {
    const answer = await this.#ask(repository, `manifests/${tag}`, 'HEAD');
    await answer.body.dump();
    if (answer.statusCode === 404) return null;
    const told = answer.headers['docker-content-digest'];
    const [, digest] = /^sha256:([0-9a-f]{64})$/.exec(typeof told === 'string' ? told : '') ?? [];
    // An old registry tells none: the manifest itself does.
    return digest ?? (await this.manifest(repository, tag)).digest;
  }

  /**
   * A manifest by its tag or `sha256:` digest, in the content store. One that is here is not asked for again.
   * @throws Failure Rejected for one that is absent, of another type, or not of its digest; Unreachable; AbortError
   */
  async manifest(repository: string, reference: string, known?: StoredManifest): Promise<StoredManifest> {
    const { store } = this.options;
    if (known !== undefined && (await store.has(known))) return known;
    await this.#waitForPulls(repository, reference);
    const answer = await this.#ask(repository, `manifests/${reference}`, 'GET');
    const url = `${this.url}/v2/${repository}/manifests/${reference}`;
    if (answer.statusCode === 404) {
      await answer.body.dump();
      throw rejected(url, 'HTTP 404');
    }
    const type = answer.headers['content-type'];
    const ending = endingOf(typeof type === 'string' ? type : '');
    const bytes = await bodyOf(answer, url, manifestBytesMax);
    const digest = sha256(bytes);
    if (reference.startsWith('sha256:') && reference !== `sha256:${digest}`)
      throw rejected(url, `its SHA-256 is ${digest}`);
    if (ending === null) throw rejected(url, `its type is ${String(type)}, which is not mirrored`);
    return { ...(await store.put(bytes)), ending };
  }

  /**
   * Digests of the manifests that refer to one: by the list of the registry, else by the tag that stands for it. @throws Failure
   */
  async referrersOf(repository: string, digest: string): Promise<string[]> {
    if (!this.#lackReferrers.has(repository)) {
      const listed = await this.#listedReferrers(repository, digest);
      if (listed !== null) return listed;
      this.#lackReferrers.add(repository);
    }
    const tagged = await this.digestOf(repository, referrersTag(digest));
    if (tagged === null) return [];
    const { store } = this.options;
    if ((await store.sizeOf(tagged)) === null) await this.manifest(repository, `sha256:${tagged}`);
    return readList(await store.read(tagged), `${this.url}/v2/${repository}`);
  }

  /** Null: the registry has no such list. */
  async #listedReferrers(repository: string, digest: string): Promise<string[] | null> {
    const found: string[] = [];
    let path = `referrers/sha256:${digest}`;
    for (let page = 0; page < pagesMax; page += 1) {
      const answer = await this.#ask(repository, path, 'GET', noReferrers);
      const url = `${this.url}/v2/${repository}/${path}`;
      if (answer.statusCode >= 400) {
        await answer.body.dump();
        return null;
      }
      found.push(...readList(await bodyOf(answer, url, manifestBytesMax), url));
      const { link } = answer.headers;
      const next = /<[^>]*\/(referrers\/[^>]*)>; *rel="?next"?/.exec(
        typeof link === 'string' ? link : '',
      )?.[1];
      if (next === undefined) return found;
      path = next;
    }
    throw rejected(
      `${this.url}/v2/${repository}/${path}`,
      `its list of referrers has more than ${pagesMax} pages`,
    );
  }

  /**
   * A registry that rations pulls says how many are left, also to requests that it does not count: by these it is asked until there
   * is one again. @source Docker Hub's `ratelimit-remaining: 0;w=21600`
   */
  async #waitForPulls(repository: string, reference: string): Promise<void> {
    const { budget } = this.options;
    while (this.#pulls !== null && this.#pulls.left <= 0) {
      await budget.hold(hostOfUrl(this.url), this.#pulls.pauseSeconds);
      this.#pulls = null;
      const answer = await this.#ask(repository, `manifests/${reference}`, 'HEAD');
      await answer.body.dump();
    }
  }

  async #note(headers: Answer['headers']): Promise<void> {
    const told = toldPulls(headers);
    if (told === null) return;
    // In the time in which one more is given on the average.
    const pauseSeconds = Math.min(pauseSecondsMax, told.seconds / Math.max(1, told.limit));
    this.#pulls = { left: told.left, pauseSeconds };
    await this.options.budget.keep(hostOfUrl(this.url), told);
  }

  /** For a request of a blob of a repository; empty for a registry that asks for no login. */
  async headers(repository: string, digest: string): Promise<Readonly<Record<string, string>>> {
    if (this.#open.has(repository)) return {};
    if (!this.#isFresh(repository)) {
      // A request that is refused says where a token is to be had; registries count none of this kind.
      const answer = await this.#ask(repository, `blobs/sha256:${digest}`, 'HEAD');
      await answer.body.dump();
      if (!this.#isFresh(repository)) this.#open.add(repository);
    }
    const token = this.#tokens.get(repository);
    return token === undefined ? {} : { authorization: `Bearer ${token.text}` };
  }

  #isFresh(repository: string): boolean {
    return (this.#tokens.get(repository)?.until ?? 0) > Date.now();
  }

  async #ask(
    repository: string,
    path: string,
    method: 'GET' | 'HEAD',
    further: readonly number[] = [],
  ): Promise<Answer> {
    const { budget, signal } = this.options;
    const url = `${this.url}/v2/${repository}/${path}`;
    const isFresh = this.#isFresh(repository);
    const token = this.#tokens.get(repository)?.text;
    const headers = { accept, ...(isFresh && { authorization: `Bearer ${token ?? ''}` }) };
    const answer = await askAgain({
      url,
      method,
      headers,
      budget,
      signal,
      alsoTakes: [401, 404, ...further],
    });
    await this.#note(answer.headers);
    if (answer.statusCode !== 401) return answer;
    await answer.body.dump();
    const challenge = answer.headers['www-authenticate'];
    if (isFresh) throw rejected(url, 'HTTP 401 with the token that it gave');
    await this.#login(repository, url, typeof challenge === 'string' ? challenge : '');
    return this.#ask(repository, path, method, further);
  }

  /** Without a user: what everybody may pull. @source the registry's token authentication */
  async #login(repository: string, url: string, challenge: string): Promise<void> {
    const { budget, signal } = this.options;
    const field = (name: string): string => new RegExp(`${name}="([^"]*)"`, 'i').exec(challenge)?.[1] ?? '';
    const realm = field('realm');
    if (!/^bearer /i.test(challenge) || !/^https?:\/\//.test(realm))
      throw rejected(url, 'HTTP 401: it wants a login with a user');
    const asked = new URL(realm);
    if (field('service') !== '') asked.searchParams.set('service', field('service'));
    asked.searchParams.set('scope', `repository:${repository}:pull`);
    const answer = await askAgain({ url: asked.href, budget, signal });
    const fields = parseObject((await bodyOf(answer, asked.href, 2 ** 20)).toString('utf8'));
    const text = fields['token'] ?? fields['access_token'];
    if (typeof text !== 'string') throw rejected(plainUrl(asked.href), 'it gives no token');
    this.#tokens.set(repository, { text, until: Date.now() + tokenMilliseconds });
  }
}

/** @example ratelimit-limit: 100;w=21600 */
function toldPulls(headers: Answer['headers']): ToldLimit | null {
  const [limit, left] = ['ratelimit-limit', 'ratelimit-remaining'].map((name) => {
    const text = headers[name];
    return /^(\d{1,9})(?:;w=(\d{1,9}))?/.exec(typeof text === 'string' ? text : '');
  });
  if (limit == null || left == null) return null;
  return { limit: Number(limit[1]), left: Number(left[1]), seconds: Number(left[2] ?? limit[2] ?? 60) };
}

function readList(bytes: Buffer, url: string): string[] {
  try {
    return readReferrers(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    throw rejected(
      url,
      `its list of referrers cannot be read: ${cause instanceof Error ? cause.message : 'no JSON'}`,
    );
  }
}

const rejected = (url: string, cause: string): Failure =>
  new Failure('Rejected', `${hostOfUrl(url)} has no such image, or refuses it`, {
    on: plainUrl(url),
    cause,
    hint: 'Correct the image or its tag in the file of the mirror, then refresh again',
  });
