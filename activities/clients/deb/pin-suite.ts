// SPDX-License-Identifier: Apache-2.0
// Pins one suite of a Debian archive: its signed Release file and the indexes that this names, all in the content store.
// An unchanged suite costs one conditional request.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostOfUrl, plainUrl, type Content } from '../../../workflows/contracts/mirror/content.ts';
import type { IndexPin, SuitePin } from '../../../workflows/contracts/mirror/deb-pins.ts';
import type { ContentStore } from '../content/content-store.ts';
import type { HostBudget } from '../content/host-budget.ts';
import { fetchContent } from '../content/range-fetch.ts';
import { ask, Passing, silent, type Answer } from '../content/upstream.ts';
import { Failure } from '../failure.ts';
import { readDerived, parseObject } from '../state/records.ts';
import { writeFileAtomically } from '../state/local-files.ts';
import { parseRelease, type ReleaseFile } from './release.ts';

export interface SuiteSource {
  readonly url: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  readonly checkValidUntil: boolean;
}

export interface PinOptions {
  readonly store: ContentStore;
  /** Where the validators of the last answers lie. */
  readonly memory: string;
  readonly budget: HostBudget;
  readonly signal?: AbortSignal | undefined;
  /** The signed text, once its signature was found good. @throws Failure Rejected */
  readonly verify: (signed: Buffer) => Promise<string>;
  readonly now: () => number;
}

/** @throws Failure Rejected for a bad signature, an outdated Release or one without the indexes that are wanted; Unreachable */
export async function pinSuite(source: SuiteSource, options: PinOptions): Promise<SuitePin> {
  const { url, suite } = source;
  const releaseUrl = `${url}/dists/${suite}/InRelease`;
  const inRelease = await conditionally(releaseUrl, options);
  const text = await options.verify(await options.store.read(inRelease.digest));
  const release = readRelease(text, releaseUrl);
  requireFresh(release, source, options.now());
  const wanted = source.components.flatMap((component) =>
    source.architectures.map((architecture) => ({ component, architecture })),
  );
  const indexes = wanted.map((each) => ({ ...each, ...indexOf(release, each, releaseUrl) }));
  const { store, budget, signal } = options;
  for (const { path, digest, size } of indexes) {
    // By its digest the file of this very Release comes, even while the archive is being changed.
    const folder = path.slice(0, path.lastIndexOf('/'));
    const place = release.byHash ? `${folder}/by-hash/SHA256/${digest}` : path;
    await fetchContent(store, { url: `${url}/dists/${suite}/${place}`, digest, size }, { budget, signal });
  }
  return { suite, date: release.date, inRelease, indexes };
}

/** The first that is listed is taken. @source aptly asks for .gz first, and four times when it is not there */
const compressions = ['gz', 'xz', ''] as const;

function indexOf(
  { files }: ReleaseFile,
  { component, architecture }: { readonly component: string; readonly architecture: string },
  url: string,
): Pick<IndexPin, 'path' | 'digest' | 'size' | 'compression'> {
  const plain = `${component}/binary-${architecture}/Packages`;
  for (const compression of compressions) {
    const path = compression === '' ? plain : `${plain}.${compression}`;
    const found = files.get(path);
    if (found !== undefined) return { path, compression, ...found };
  }
  throw new Failure('Rejected', `${plainUrl(url)} lists no index of ${component} for ${architecture}`, {
    on: hostOfUrl(url),
    hint: 'Name the components and architectures that the source has, in the file of the mirror',
  });
}

function readRelease(text: string, url: string): ReleaseFile {
  try {
    return parseRelease(text);
  } catch (cause) {
    throw new Failure('Rejected', `${plainUrl(url)} is not the Release file of a suite`, {
      on: hostOfUrl(url),
      cause,
    });
  }
}

function requireFresh({ validUntil }: ReleaseFile, source: SuiteSource, now: number): void {
  if (!source.checkValidUntil || validUntil === null || Date.parse(validUntil) > now) return;
  throw new Failure('Rejected', `The Release file of ${source.suite} is outdated`, {
    on: hostOfUrl(source.url),
    cause: `it was valid until ${validUntil}`,
    hint: 'Name a source that is kept up; for an archive that is not changed any more, set checkValidUntil: false',
  });
}

interface Remembered extends Content {
  readonly url: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** @source an InRelease has 150 KB; what is far larger is something else */
const releaseBytesMax = 16 * 1024 * 1024;

/** The content behind a URL as it is now; not sent again by a server that says it did not change. */
async function conditionally(url: string, options: PinOptions): Promise<Content> {
  const { store, memory, budget, signal } = options;
  const path = join(memory, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`);
  const found = await readDerived(path, (text) => parseRemembered(text, url));
  const isHere = found !== null && found !== 'damaged' && (await store.soundness(found)) === 'sound';
  const last = isHere ? found : null;
  const answer = await asked(url, { budget, signal, headers: validatorsOf(last) });
  if (answer.statusCode === 304 && last !== null) {
    await answer.body.dump();
    return { digest: last.digest, size: last.size };
  }
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    throw silent(url, `HTTP ${answer.statusCode}`);
  }
  const content = await store.put(await bytesOf(answer, url));
  const remembered: Remembered = {
    url,
    ...content,
    etag: textOf(answer.headers['etag']),
    lastModified: textOf(answer.headers['last-modified']),
  };
  await writeFileAtomically(path, `${JSON.stringify(remembered)}\n`, 0o600);
  return content;
}

const triesMax = 5;

async function asked(
  url: string,
  options: Pick<PinOptions, 'budget' | 'signal'> & { readonly headers: Readonly<Record<string, string>> },
): Promise<Answer> {
  for (let tries = 1; ;) {
    try {
      return await ask({ url, ...options });
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      if (error.isHeld) continue;
      if (tries >= triesMax) throw silent(url, error.reason);
      await sleep(
        250 * 2 ** tries,
        undefined,
        options.signal === undefined ? {} : { signal: options.signal },
      );
      tries += 1;
    }
  }
}

async function bytesOf(answer: Answer, url: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body) {
      size += (chunk as Buffer).byteLength;
      if (size > releaseBytesMax) break;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    throw silent(url, error instanceof Error ? error.message : String(error));
  }
  if (size <= releaseBytesMax) return Buffer.concat(chunks);
  throw new Failure('Rejected', `${plainUrl(url)} has more than ${releaseBytesMax} bytes`, {
    on: hostOfUrl(url),
  });
}

function validatorsOf(last: Remembered | null): Record<string, string> {
  return {
    ...(last?.etag != null && { 'if-none-match': last.etag }),
    ...(last?.lastModified != null && { 'if-modified-since': last.lastModified }),
  };
}

function parseRemembered(text: string, wanted: string): Remembered {
  const { url, digest, size, etag, lastModified } = parseObject(text);
  const areTexts = [etag, lastModified].every((each) => each === null || typeof each === 'string');
  const isContent = typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) && typeof size === 'number';
  if (url === wanted && isContent && areTexts)
    return {
      url: wanted,
      digest,
      size,
      etag: etag as string | null,
      lastModified: lastModified as string | null,
    };
  throw new Error('not a note of an answer');
}

const textOf = (value: string | string[] | undefined): string | null =>
  Array.isArray(value) ? (value[0] ?? null) : (value ?? null);
