// SPDX-License-Identifier: Apache-2.0
// Segments of a bundle: bytes of contents one behind the other. Writes them on a medium, and takes them from one into a store.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isWhole, type Chunk, type Segment } from '../../../workflows/contracts/mirror/bundle.ts';
import type { Content } from '../../../workflows/contracts/mirror/content.ts';
import { sha256OfFile, type ContentStore } from '../content/content-store.ts';
import { Failure } from '../failure.ts';
import { faultText, openPlain, plainSize } from './plain-file.ts';

export interface Moving {
  readonly signal: AbortSignal;
  /** Called with each piece. */
  readonly onBytes?: (bytes: number) => void;
}

/** True for a segment that was written to its end; its bytes are judged by `segmentFault`. */
export const isWritten = async (folder: string, { name, size }: Segment): Promise<boolean> =>
  (await plainSize(join(folder, name))) === size;

/** Whole or not at all: what a killed process left is written anew. @throws Failure Rejected; AbortError */
export async function writeSegment(
  store: ContentStore,
  folder: string,
  { name, chunks }: Segment,
  { signal, onBytes }: Moving,
): Promise<void> {
  const path = join(folder, name);
  const part = `${path}.part`;
  await rm(part, { force: true });
  const file = await open(part, 'wx', 0o644);
  try {
    for (const { digest, from, length } of chunks) {
      if (length === 0) continue;
      const source = createReadStream(store.path(digest), { start: from, end: from + length - 1 });
      for await (const bytes of source) {
        signal.throwIfAborted();
        await file.appendFile(bytes as Buffer);
        onBytes?.((bytes as Buffer).byteLength);
      }
    }
    signal.throwIfAborted();
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
}

/** The first content of a segment on a medium that is not as it is in the store; null: all are. */
export async function segmentFault(
  store: ContentStore,
  folder: string,
  { name, chunks, size }: Segment,
  { signal, onBytes }: Moving,
): Promise<string | null> {
  const path = join(folder, name);
  const opened = await openPlain(path).catch(faultText);
  if (typeof opened === 'string') return opened;
  try {
    if (opened.size !== size) return `it has ${opened.size} of ${size} bytes`;
    let at = 0;
    for (const chunk of chunks) {
      const hash = createHash('sha256');
      for await (const bytes of piecesOf(opened.file, at, chunk.length)) {
        signal.throwIfAborted();
        hash.update(bytes);
        onBytes?.(bytes.byteLength);
      }
      at += chunk.length;
      const wanted = isWhole(chunk) ? chunk.digest : await storedDigest(store, chunk);
      if (hash.digest('hex') !== wanted) return `the content ${chunk.digest.slice(0, 16)} in it is damaged`;
    }
    return null;
  } finally {
    await opened.file.close();
  }
}

/** Of a part of a content. */
async function storedDigest(store: ContentStore, { digest, from, length }: Chunk): Promise<string> {
  const hash = createHash('sha256');
  const part = createReadStream(store.path(digest), { start: from, end: from + length - 1 });
  for await (const bytes of part) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

type File = Awaited<ReturnType<typeof open>>;

/** @source 1 MiB: larger reads were no faster from a disk */
const pieceBytes = 2 ** 20;

async function* piecesOf(file: File, from: number, length: number): AsyncGenerator<Buffer> {
  for (let done = 0; done < length;) {
    const piece = Buffer.alloc(Math.min(pieceBytes, length - done));
    const { bytesRead } = await file.read(piece, 0, piece.byteLength, from + done);
    if (bytesRead === 0) throw new Error(`it ends ${length - done} bytes too early`);
    done += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/** Where the pieces of contents lie that are cut over segments, until they are whole. */
const piecePath = (incoming: string, { digest, from }: Chunk): string => join(incoming, `${digest}.${from}`);

/** Whether all bytes of a segment are here. */
export async function isTaken(store: ContentStore, incoming: string, { chunks }: Segment): Promise<boolean> {
  for (const chunk of chunks) {
    if (await store.has(chunk)) continue;
    if (isWhole(chunk) || (await plainSize(piecePath(incoming, chunk))) !== chunk.length) return false;
  }
  return true;
}

/**
 * Takes what is not here yet. Each content enters the store under its digest, by which it was judged; nothing else of a
 * segment is believed. Killed anywhere, the next try goes on behind the last content that was whole.
 * @throws Failure Rejected for a segment that is not the one of the bundle; AbortError
 */
export async function takeSegment(
  store: ContentStore,
  folder: string,
  incoming: string,
  segment: Segment,
  { signal, onBytes }: Moving,
): Promise<void> {
  const path = join(folder, segment.name);
  const { file, size } = await openPlain(path).catch((error: unknown) => {
    throw damaged(path, faultText(error));
  });
  try {
    if (size !== segment.size) throw damaged(path, `it has ${size} of ${segment.size} bytes`);
    await mkdir(incoming, { recursive: true, mode: 0o700 });
    let at = 0;
    for (const chunk of segment.chunks) {
      if (!(await store.has(chunk)))
        await takeChunk(store, incoming, { file, path, at }, chunk, { signal, onBytes });
      at += chunk.length;
    }
  } finally {
    await file.close();
  }
}

interface Place {
  readonly file: File;
  readonly path: string;
  readonly at: number;
}

async function takeChunk(
  store: ContentStore,
  incoming: string,
  { file, path, at }: Place,
  chunk: Chunk,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: Moving['onBytes'] | undefined },
): Promise<void> {
  const part = join(incoming, `${chunk.digest}.part`);
  await rm(part, { force: true });
  const target = await open(part, 'wx', 0o600);
  const hash = createHash('sha256');
  try {
    for await (const bytes of piecesOf(file, at, chunk.length)) {
      signal.throwIfAborted();
      await target.appendFile(bytes);
      hash.update(bytes);
      onBytes?.(bytes.byteLength);
    }
    signal.throwIfAborted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined && !signal.aborted)
      throw damaged(path, faultText(error));
    throw error;
  } finally {
    await target.close();
  }
  if (!isWhole(chunk)) return rename(part, piecePath(incoming, chunk));
  if (hash.digest('hex') !== chunk.digest) {
    await rm(part, { force: true });
    throw damaged(path, `the content ${chunk.digest.slice(0, 16)} in it is damaged`);
  }
  await store.commit(part, chunk.digest);
}

/**
 * Puts together the contents that were cut, once all their pieces are here.
 * @throws Failure Rejected for one that is not what the bundle says: its pieces are removed, and its segments are wanted again
 */
export async function joinPieces(
  store: ContentStore,
  incoming: string,
  segments: readonly Segment[],
): Promise<void> {
  for (const [digest, places] of cutContents(segments)) {
    const [first] = places;
    if (first === undefined || (await store.has(first.chunk))) continue;
    const sizes = await Promise.all(places.map(({ chunk }) => plainSize(piecePath(incoming, chunk))));
    if (places.some(({ chunk }, index) => sizes[index] !== chunk.length)) continue;
    const part = join(incoming, `${digest}.part`);
    await append(
      part,
      places.map(({ chunk }) => piecePath(incoming, chunk)),
    );
    const isSound = (await sha256OfFile(part)) === digest;
    if (isSound) await store.commit(part, digest);
    for (const { chunk } of places) await rm(piecePath(incoming, chunk), { force: true });
    if (isSound) continue;
    await rm(part, { force: true });
    const names = places.map(({ segment }) => segment).join(', ');
    throw damaged(names, `the content ${digest.slice(0, 16)} in them is damaged`);
  }
}

/** By digest, in the order of their bytes. */
function cutContents(
  segments: readonly Segment[],
): Map<string, { readonly chunk: Chunk; readonly segment: string }[]> {
  const cut = new Map<string, { chunk: Chunk; segment: string }[]>();
  for (const { name, chunks } of segments)
    for (const chunk of chunks)
      if (!isWhole(chunk))
        cut.set(chunk.digest, [...(cut.get(chunk.digest) ?? []), { chunk, segment: name }]);
  return cut;
}

async function append(path: string, pieces: readonly string[]): Promise<void> {
  await rm(path, { force: true });
  const file = await open(path, 'wx', 0o600);
  try {
    for (const piece of pieces)
      for await (const bytes of createReadStream(piece)) await file.appendFile(bytes as Buffer);
  } finally {
    await file.close();
  }
}

/** Bytes of the contents that are not in the store yet. */
export async function bytesToTake(store: ContentStore, contents: readonly Content[]): Promise<number> {
  let bytes = 0;
  for (const content of contents) if (!(await store.has(content))) bytes += content.size;
  return bytes;
}

/** True once there is a file of this name, whatever it holds. */
export const isThere = async (folder: string, { name }: Segment): Promise<boolean> =>
  (await stat(join(folder, name)).catch(() => null)) !== null;

const damaged = (on: string, cause: string): Failure =>
  new Failure('Rejected', 'A segment of the bundle is not what the bundle says', {
    on,
    cause,
    hint: 'Copy the segment named onto the medium again, or export the bundle anew; then resolve the step with --retry',
  });
