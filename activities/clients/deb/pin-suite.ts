// SPDX-License-Identifier: Apache-2.0
// Pins one suite of a Debian archive: its signed Release file and the indexes that this names, all in the content store.
// An unchanged suite costs one conditional request.
import { hostOfUrl, plainUrl } from '../../../workflows/contracts/mirror/content.ts';
import type { IndexPin, SuitePin } from '../../../workflows/contracts/mirror/deb/pins.ts';
import type { ContentStore } from '../content/content-store.ts';
import type { HostBudget } from '../content/host-budget.ts';
import { fetchContent } from '../content/range-fetch.ts';
import { readIfChanged } from '../content/read-if-changed.ts';
import { Failure } from '../failure.ts';
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
  const answer = await readIfChanged(releaseUrl, { ...options, bytesMax: releaseBytesMax });
  const inRelease = { digest: answer.digest, size: answer.size };
  const text = await options.verify(await options.store.read(answer.digest));
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
  await store.keepNames(indexes.map(({ digest }) => digest));
  return { suite, date: release.date, inRelease, indexes };
}

/** @source an InRelease has 150 KB; what is far larger is something else */
const releaseBytesMax = 16 * 1024 * 1024;

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
