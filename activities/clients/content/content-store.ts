// SPDX-License-Identifier: Apache-2.0
// Files named by the SHA-256 of what they hold. Whole or absent, read-only, the same for every mirror of a site.
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, lstat, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Content } from '../../../workflows/contracts/mirror/content.ts';
import { Failure } from '../failure.ts';

export type Soundness = 'sound' | 'absent' | 'rotten';

export class ContentStore {
  constructor(readonly folder: string) {}

  /** Where the file of a digest lies. @throws Failure Invariant for a text that is not a digest: it would be a path */
  path(digest: string): string {
    if (!/^[0-9a-f]{64}$/.test(digest))
      throw new Failure('Invariant', `Not a SHA-256: ${digest.slice(0, 80)}`, { on: this.folder });
    return join(this.folder, 'sha256', digest.slice(0, 2), digest);
  }

  /** Folder of unfinished downloads. */
  get parts(): string {
    return join(this.folder, 'parts');
  }

  /** By name and size alone; what the bytes are, `soundness` tells. */
  async has({ digest, size }: Content): Promise<boolean> {
    const found = await lstat(this.path(digest)).catch(absentOrThrow);
    return found !== null && found.isFile() && found.size === size;
  }

  /** Bytes of the file of a digest, by its name alone; null: it is not here. */
  async sizeOf(digest: string): Promise<number | null> {
    const found = await lstat(this.path(digest)).catch(absentOrThrow);
    return found !== null && found.isFile() ? found.size : null;
  }

  /** Reads all of the file: finds the byte that changed on the disk. */
  async soundness({ digest, size }: Content): Promise<Soundness> {
    const path = this.path(digest);
    const found = await lstat(path).catch(absentOrThrow);
    if (found === null) return 'absent';
    if (!found.isFile() || found.size !== size) return 'rotten';
    const have = await sha256OfFile(path);
    return have === null ? 'absent' : have === digest ? 'sound' : 'rotten';
  }

  /** The bytes, checked. @throws Failure Rejected when they are gone or changed */
  async read(digest: string): Promise<Buffer> {
    const path = this.path(digest);
    const bytes = await readFile(path).catch(absentOrThrow);
    if (bytes !== null && sha256(bytes) === digest) return bytes;
    throw new Failure('Rejected', `Stored content ${digest} is ${bytes === null ? 'gone' : 'damaged'}`, {
      on: path,
      hint: 'Refresh the mirrors again: what is damaged is fetched anew',
    });
  }

  /** Stores a small content. Idempotent; replaces a damaged file. */
  async put(bytes: Uint8Array): Promise<Content> {
    const content = { digest: sha256(bytes), size: bytes.byteLength };
    if ((await this.soundness(content)) === 'sound') return content;
    await this.remove(content.digest);
    await mkdir(this.parts, { recursive: true, mode: 0o755 });
    const part = join(this.parts, `put.${randomUUID()}`);
    const file = await open(part, 'wx', 0o644);
    try {
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await this.commit(part, content.digest);
    return content;
  }

  /** Makes a checked file the content of its digest: on the disk first, then by its name. A second writer changes nothing. */
  async commit(part: string, digest: string): Promise<void> {
    await chmod(part, 0o444);
    await synced(part);
    await this.place(part, digest);
    await this.keepNames([digest]);
  }

  /** Gives a file, which is read-only and on the disk, the name of its digest. The name is on the disk after keepNames(). */
  async place(part: string, digest: string): Promise<void> {
    const path = this.path(digest);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await rename(part, path);
  }

  /** Has the names of these contents on the disk: a loss of power takes none of them. */
  async keepNames(digests: readonly string[]): Promise<void> {
    const folders = new Set(digests.map((digest) => dirname(this.path(digest))));
    await Promise.all([...folders].map(synced));
  }

  /** Idempotent. */
  async remove(digest: string): Promise<void> {
    await rm(this.path(digest), { force: true });
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Null when it is not there; empty for one that the disk cannot read back. */
export async function sha256OfFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if ((error as NodeJS.ErrnoException).code === 'EIO') return '';
    throw error;
  }
  return hash.digest('hex');
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function absentOrThrow(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
