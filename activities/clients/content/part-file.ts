// SPDX-License-Identifier: Apache-2.0
// The unfinished file of one download: kept when its process dies, and written by one process at a time. Knows no protocol.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { startTimeOf } from '../../hosts/process-start.ts';
import { pulseNow } from '../../hosts/pulse.ts';
import { readDerived } from '../state/records.ts';
import { writeFileAtomically } from '../state/local-files.ts';
import { removeUnfinished } from '../state/unfinished-file.ts';
import type { ContentStore } from './content-store.ts';

/** How the server that sent the first bytes names that version of the file. */
export interface Validator {
  readonly url: string;
  readonly etag: string | null;
}

/** @source below it, asking for a file anew takes less time than noting how its server names it */
const notedBytesMin = 1_048_576;

export class PartFile {
  #hash: Hash;
  #size: number;
  /** Not on the disk yet. */
  #unnoted: Validator | null = null;
  #isNoted: boolean;

  private constructor(
    readonly path: string,
    private readonly file: FileHandle,
    hash: Hash,
    size: number,
  ) {
    this.#hash = hash;
    this.#size = size;
    // By an earlier process, perhaps.
    this.#isNoted = size > 0;
  }

  /** Takes over what a dead process left of this digest, else begins anew. */
  static async claim(store: ContentStore, digest: string): Promise<PartFile> {
    await mkdir(store.parts, { recursive: true, mode: 0o755 });
    const mine = join(store.parts, `${digest}.${await ownName()}`);
    await adopt(store.parts, digest, mine);
    const file = await open(mine, 'a', 0o644);
    const { size } = await file.stat();
    const hash = createHash('sha256');
    if (size > 0) for await (const chunk of createReadStream(mine)) hash.update(chunk as Buffer);
    return new PartFile(mine, file, hash, size);
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    const appended = this.file.appendFile(bytes);
    // Meanwhile: the disk is slower than the hash.
    this.#hash.update(bytes);
    await appended;
    this.#size += bytes.byteLength;
    if (this.#unnoted !== null && this.#size >= notedBytesMin) await this.#writeNote(this.#unnoted);
  }

  /** Begins the file anew. */
  async restart(): Promise<void> {
    await this.file.truncate(0);
    await rm(sidecarOf(this.path), { force: true });
    this.#unnoted = null;
    this.#hash = createHash('sha256');
    this.#size = 0;
  }

  /** Of all bytes so far. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async validator(): Promise<Validator | null> {
    const found = await readDerived(sidecarOf(this.path), parseValidator);
    // A damaged note is no note: the digest judges in the end.
    return found === 'damaged' ? null : found;
  }

  /** Is on the disk once the file is large enough to be gone on with, or when it is closed unfinished. */
  async note(validator: Validator): Promise<void> {
    if (this.#size >= notedBytesMin) await this.#writeNote(validator);
    else this.#unnoted = validator;
  }

  async #writeNote(validator: Validator): Promise<void> {
    this.#unnoted = null;
    this.#isNoted = true;
    await writeFileAtomically(sidecarOf(this.path), JSON.stringify(validator), 0o600);
  }

  /** Leaves the file for the next process. */
  async close(): Promise<void> {
    if (this.#unnoted !== null && this.#size > 0) await this.#writeNote(this.#unnoted);
    await this.file.close();
  }

  async remove(): Promise<void> {
    await this.file.close();
    await rm(this.path, { force: true });
    await rm(sidecarOf(this.path), { force: true });
  }

  /** Moves the finished file into the store. */
  async commit(store: ContentStore, digest: string): Promise<void> {
    await this.file.chmod(0o444);
    await this.file.sync();
    await this.file.close();
    await store.place(this.path, digest);
    if (this.#isNoted) await rm(sidecarOf(this.path), { force: true });
  }
}

const sidecarOf = (path: string): string => `${path}.from`;

let named: Promise<string> | null = null;

/** A process by its pid and its start: a pid that was given again is another process. */
function ownName(): Promise<string> {
  named ??= pulseNow().then(({ pid, startTime }) => `${pid}-${startTime}`);
  return named;
}

/** Of what dead processes left the longest becomes mine; the others go. A rename has one winner. */
async function adopt(folder: string, digest: string, mine: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${digest}.`));
  const left: { path: string; size: number }[] = [];
  for (const name of names) {
    const [, pid, startTime] = /\.(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid === undefined) continue;
    const path = join(folder, name);
    const isMine = path === mine;
    if (!isMine && (await startTimeOf(Number(pid))) === startTime) continue;
    await removeUnfinished(sidecarOf(path));
    const found = await stat(path).catch(() => null);
    if (found !== null) left.push({ path, size: found.size });
  }
  const [longest, ...others] = left.sort((a, b) => b.size - a.size);
  if (longest === undefined) return;
  if (longest.path !== mine) {
    await rename(sidecarOf(longest.path), sidecarOf(mine)).catch(() => undefined);
    await rename(longest.path, mine).catch(() => undefined);
  }
  for (const { path } of others.filter((each) => each.path !== mine)) {
    await rm(path, { force: true });
    await rm(sidecarOf(path), { force: true });
  }
}

function parseValidator(text: string): Validator {
  const { url, etag } = JSON.parse(text) as Partial<Record<keyof Validator, unknown>>;
  if (typeof url === 'string' && (etag === null || typeof etag === 'string')) return { url, etag };
  throw new Error('not a note of a download');
}
