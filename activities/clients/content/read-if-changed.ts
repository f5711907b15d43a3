// SPDX-License-Identifier: Apache-2.0
// The content behind a URL as it is now, not sent again by a server that says it did not change. Judges no content.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostOfUrl, plainUrl, type Content } from '../../../workflows/contracts/mirror/content.ts';
import { Failure } from '../failure.ts';
import { readDerived, parseObject } from '../state/records.ts';
import { writeFileAtomically } from '../state/local-files.ts';
import type { ContentStore } from './content-store.ts';
import type { HostBudget } from './host-budget.ts';
import { ask, Passing, silent, type Ask, type Answer } from './upstream.ts';

export interface ReadOptions {
  readonly store: ContentStore;
  /** Where the validators of the last answers lie. */
  readonly memory: string;
  readonly budget: HostBudget;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** A longer content is refused. */
  readonly bytesMax: number;
}

export interface Remembered extends Content {
  readonly url: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly contentType: string | null;
}

/** @throws Failure Rejected for a refusal or a content that is too long; Unreachable; AbortError */
export async function readIfChanged(url: string, options: ReadOptions): Promise<Remembered> {
  const { store, memory, budget, signal } = options;
  const path = join(memory, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`);
  const found = await readDerived(path, (text) => parseRemembered(text, url));
  const isHere = found !== null && found !== 'damaged' && (await store.soundness(found)) === 'sound';
  const last = isHere ? found : null;
  const headers = { ...options.headers, ...validatorsOf(last) };
  const answer = await askAgain({ url, budget, signal, headers });
  if (answer.statusCode === 304 && last !== null) {
    await answer.body.dump();
    return last;
  }
  const content = await store.put(await bodyOf(answer, url, options.bytesMax));
  const remembered: Remembered = {
    url,
    ...content,
    etag: textOf(answer.headers['etag']),
    lastModified: textOf(answer.headers['last-modified']),
    contentType: textOf(answer.headers['content-type']),
  };
  await writeFileAtomically(path, `${JSON.stringify(remembered)}\n`, 0o600);
  return remembered;
}

const triesMax = 5;

/** As `ask`, with pauses between a few tries. @throws Failure Unreachable, Rejected; AbortError */
export async function askAgain(request: Ask): Promise<Answer> {
  const { url, signal } = request;
  for (let tries = 1; ;) {
    try {
      return await ask(request);
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      if (error.isHeld) continue;
      if (tries >= triesMax) throw silent(url, error.reason);
      await sleep(250 * 2 ** tries, undefined, signal === undefined ? {} : { signal });
      tries += 1;
    }
  }
}

/** All of an answer. @throws Failure Unreachable for one that is not whole; Rejected for one that is too long */
export async function bodyOf(answer: Answer, url: string, bytesMax: number): Promise<Buffer> {
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    throw silent(url, `HTTP ${answer.statusCode}`);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      size += (chunk as Buffer).byteLength;
      if (size > bytesMax) break;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw silent(url, error instanceof Error ? error.message : String(error));
  }
  if (size <= bytesMax) return Buffer.concat(chunks);
  throw new Failure('Rejected', `${plainUrl(url)} has more than ${bytesMax} bytes`, { on: hostOfUrl(url) });
}

function validatorsOf(last: Remembered | null): Record<string, string> {
  return {
    ...(last?.etag != null && { 'if-none-match': last.etag }),
    ...(last?.lastModified != null && { 'if-modified-since': last.lastModified }),
  };
}

function parseRemembered(text: string, wanted: string): Remembered {
  const { url, digest, size, etag, lastModified, contentType = null } = parseObject(text);
  const areTexts = [etag, lastModified, contentType].every(
    (each) => each === null || typeof each === 'string',
  );
  const isContent = typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) && typeof size === 'number';
  if (url === wanted && isContent && areTexts)
    return {
      url: wanted,
      digest,
      size,
      etag: etag as string | null,
      lastModified: lastModified as string | null,
      contentType: contentType as string | null,
    };
  throw new Error('not a note of an answer');
}

const textOf = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? (value[0] ?? null) : (value ?? null);
