// SPDX-License-Identifier: Apache-2.0
// Brings one content of a known digest into the store, from where an earlier try stopped. Chooses none.
import { setTimeout as sleep } from 'node:timers/promises';
import { plainUrl, hostOfUrl, type WantedContent } from '../../../workflows/contracts/mirror/content.ts';
import { Failure } from '../failure.ts';
import type { ContentStore } from './content-store.ts';
import type { HostBudget } from './host-budget.ts';
import { PartFile } from './part-file.ts';
import type { Turns } from './turns.ts';
import { ask, messageOf, Passing, silent, type Answer } from './upstream.ts';

export interface FetchOptions {
  readonly budget: HostBudget;
  readonly signal?: AbortSignal | undefined;
  /** Called with each piece as it comes. */
  readonly onBytes?: (bytes: number) => void;
  /** Of each request. Default: none. */
  readonly headersOf?: ((wanted: WantedContent) => Promise<Readonly<Record<string, string>>>) | undefined;
  /** Before the second try, milliseconds; twice that before the third. Default: half a second. */
  readonly pauseMilliseconds?: number;
  /** Whose turn it is to be sent bytes. Default: at once. */
  readonly turns?: Turns;
}

/** Tries without a single new byte before a file is given up. */
const triesMax = 5;

/** Fetches of this process by path: who comes second waits for the first. */
const running = new Map<string, Promise<void>>();

/**
 * Idempotent. Bytes of an earlier try are not asked for again. The caller has the store keep the name.
 * @throws Failure Unreachable for an upstream that stays silent; Rejected for one that refuses, or whose file is not the one
 * that was planned; AbortError
 */
export async function fetchContent(
  store: ContentStore,
  wanted: WantedContent,
  options: FetchOptions,
): Promise<void> {
  if (await store.has(wanted)) return;
  const path = store.path(wanted.digest);
  const others = running.get(path);
  if (others !== undefined) return others;
  const mine = fetchOnce(store, wanted, options).finally(() => running.delete(path));
  running.set(path, mine);
  return mine;
}

async function fetchOnce(store: ContentStore, wanted: WantedContent, options: FetchOptions): Promise<void> {
  const { digest, size } = wanted;
  const part = await PartFile.claim(store, digest);
  // What an earlier process left may be of another version of the file: then it is fetched whole, once.
  let isMixed = part.size > 0;
  try {
    for (;;) {
      if (part.size > size) await part.restart();
      if (part.size < size || size === 0) isMixed = (await filled(part, wanted, options)) || isMixed;
      if (part.size === size && part.digest() === digest) break;
      const have = part.digest();
      await part.restart();
      if (!isMixed) throw otherBytes(wanted, have);
      isMixed = false;
    }
  } catch (error) {
    if (error instanceof Failure && error.code === 'Rejected') await part.remove();
    else await part.close();
    throw error;
  }
  // Space and digest were paid for: another process that was faster changes nothing.
  await part.commit(store, digest);
}

const filled = (part: PartFile, wanted: WantedContent, options: FetchOptions): Promise<boolean> => {
  const work = () => fill(part, wanted, options);
  return options.turns === undefined ? work() : options.turns.run(work);
};

/** Fills the part up to its size. Returns whether it has bytes of more than one answer. */
async function fill(part: PartFile, wanted: WantedContent, options: FetchOptions): Promise<boolean> {
  const { url, size } = wanted;
  let tries = 0;
  let answers = 0;
  for (;;) {
    const before = part.size;
    try {
      options.signal?.throwIfAborted();
      answers += 1;
      await oneAnswer(part, wanted, options);
      if (part.size >= size) return answers > 1;
      throw new Passing(`it ended after ${part.size} of ${size} bytes`, false);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Passing)) throw error;
      if (error.isHeld) continue;
      // An upstream that sends a little each time is slow, not silent.
      tries = part.size > before ? 1 : tries + 1;
      if (tries >= triesMax) throw silent(url, error.reason);
      const pause = (options.pauseMilliseconds ?? 500) * 2 ** (tries - 1);
      await sleep(pause, undefined, options.signal === undefined ? {} : { signal: options.signal });
    }
  }
}

async function oneAnswer(part: PartFile, wanted: WantedContent, options: FetchOptions): Promise<void> {
  const { url, size } = wanted;
  const { budget, signal, onBytes } = options;
  const own = (await options.headersOf?.(wanted)) ?? {};
  const headers = { ...own, ...(await rangeHeaders(part, url)) };
  const answer = await ask({ url, budget, signal, headers });
  await placed(part, answer, wanted);
  try {
    for await (const chunk of answer.body) {
      const bytes = chunk as Uint8Array;
      if (part.size + bytes.byteLength > size) throw otherSize(wanted, 'more');
      await part.append(bytes);
      onBytes?.(bytes.byteLength);
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    const errno = (error as NodeJS.ErrnoException).code;
    // The disk's trouble is not the upstream's.
    if (errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EIO' || errno === 'EROFS') throw error;
    throw new Passing(messageOf(error), false);
  }
}

/** Without a validator of the same URL the digest alone judges what came together. */
async function rangeHeaders(part: PartFile, url: string): Promise<Record<string, string>> {
  if (part.size === 0) return {};
  const validator = await part.validator();
  const etag = validator?.url === plainUrl(url) ? validator.etag : null;
  return { range: `bytes=${part.size}-`, ...(etag !== null && { 'if-range': etag }) };
}

/** Makes the part end where the answer begins. @throws Failure Rejected for a file of another size; Passing */
async function placed(
  part: PartFile,
  { statusCode, headers, body }: Answer,
  wanted: WantedContent,
): Promise<void> {
  const { url, size } = wanted;
  if (statusCode === 206) {
    const [, from, whole] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headerText(headers['content-range'])) ?? [];
    if (Number(from) === part.size && (whole === '*' || Number(whole) === size)) return;
    await dumped(body);
    const isOther = whole !== undefined && whole !== '*' && Number(whole) !== size;
    if (isOther) throw otherSize(wanted, whole);
    await part.restart();
    throw new Passing('it sent another range than the one asked for', false);
  }
  if (statusCode === 416) {
    await dumped(body);
    await part.restart();
    throw new Passing('it has no bytes behind those that are here', false);
  }
  if (statusCode !== 200) {
    await dumped(body);
    throw new Passing(`HTTP ${statusCode}`, false);
  }
  if (part.size > 0) await part.restart();
  const length = headerText(headers['content-length']);
  if (/^\d+$/.test(length) && Number(length) !== size) {
    await dumped(body);
    throw otherSize(wanted, length);
  }
  const etag = headerText(headers['etag']);
  // A weak one does not promise equal bytes.
  await part.note({ url: plainUrl(url), etag: etag === '' || etag.startsWith('W/') ? null : etag });
}

const dumped = (body: Answer['body']): Promise<unknown> => body.dump().catch(() => undefined);

const headerText = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? (value[0] ?? '') : (value ?? '');

const refreshAgain =
  'The upstream may have moved on: refresh the mirrors again, which reads its indexes anew';

function otherSize({ url, size }: WantedContent, have: string): Failure {
  return new Failure('Rejected', `${plainUrl(url)} is not the file that its index names`, {
    on: hostOfUrl(url),
    cause: `it has ${have} bytes, the index says ${size}`,
    hint: refreshAgain,
  });
}

function otherBytes({ url, digest }: WantedContent, have: string): Failure {
  return new Failure('Rejected', `${plainUrl(url)} is not the file that its index names`, {
    on: hostOfUrl(url),
    cause: `its SHA-256 is ${have}, the index says ${digest}`,
    hint: refreshAgain,
  });
}
