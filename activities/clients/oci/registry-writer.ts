// SPDX-License-Identifier: Apache-2.0
// Writes into a container registry by its HTTP API: blobs in pieces that a killed process goes on with, then manifests. Chooses none.
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hostOfUrl, type Content } from '../../../workflows/contracts/mirror/content.ts';
import { manifestTypes } from '../../../workflows/contracts/mirror/oci/manifest.ts';
import type { StoredManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';
import { sha256, type ContentStore } from '../content/content-store.ts';
import { Failure } from '../failure.ts';
import { readText, writeFileAtomically } from '../state/local-files.ts';
import { askRegistry, headerOf, rejected, type Answer, type RegistryRequest } from './registry-request.ts';

export interface WriterOptions {
  readonly store: ContentStore;
  /** Where begun uploads are noted. */
  readonly notes: string;
  readonly signal: AbortSignal;
  /** Of bodies that the registry took. */
  readonly onBytes: (bytes: number) => void;
  /** Default: `pieceBytesDefault`. */
  readonly pieceBytes?: number;
}

/** @source one is sent to its end when a worker stops; registries behind object stores want 5 MiB at least */
const pieceBytesDefault = 8 * 2 ** 20;

export class RegistryWriter {
  /** `url`: of the registry, without `/v2`. */
  constructor(
    readonly url: string,
    private readonly options: WriterOptions,
  ) {}

  /** @throws Failure Rejected for a registry that wants a login; Unreachable */
  async hasBlob(repository: string, digest: string): Promise<boolean> {
    return this.#has(`${this.url}/v2/${repository}/blobs/sha256:${digest}`);
  }

  async hasManifest(repository: string, { digest, ending }: StoredManifest): Promise<boolean> {
    return this.#has(`${this.url}/v2/${repository}/manifests/sha256:${digest}`, manifestTypes[ending]);
  }

  /** What a tag leads to; null: there is no such tag. */
  async tagDigest(repository: string, tag: string): Promise<string | null> {
    const accept = Object.values(manifestTypes).join(', ');
    const url = `${this.url}/v2/${repository}/manifests/${tag}`;
    const answer = await this.#ask(url, { method: 'HEAD', headers: { accept } }, [200, 404]);
    if (answer.statusCode === 404) return null;
    return /^sha256:([0-9a-f]{64})$/.exec(headerOf(answer, 'docker-content-digest'))?.[1] ?? null;
  }

  /** Sends nothing that the registry has, here or in `elsewhere`, another repository of it. @throws Failure */
  async pushBlob(repository: string, blob: Content, elsewhere: string | null): Promise<void> {
    if (await this.hasBlob(repository, blob.digest)) return;
    const note = join(this.options.notes, sha256(Buffer.from(`${this.url} ${repository} ${blob.digest}`)));
    const begun = await this.#begunUpload(note);
    const upload = begun ?? (await this.#beginUpload(repository, blob, elsewhere));
    if (upload !== null) await this.#send(upload, blob, note);
    await rm(note, { force: true });
  }

  /** By its digest, and by the tag if one is named. True when the registry keeps its list of referrers by itself. @throws Failure */
  async pushManifest(repository: string, manifest: StoredManifest, tag?: string): Promise<boolean> {
    const bytes = await this.options.store.read(manifest.digest);
    const reference = tag ?? `sha256:${manifest.digest}`;
    const answer = await this.#putManifest(repository, reference, bytes, manifestTypes[manifest.ending]);
    return headerOf(answer, 'oci-subject') !== '';
  }

  /** The list of referrers under the tag that stands for it, for a registry that keeps none. */
  async pushReferrers(repository: string, tag: string, index: string): Promise<void> {
    await this.#putManifest(repository, tag, Buffer.from(index), manifestTypes['oci-index']);
  }

  async #putManifest(repository: string, reference: string, body: Buffer, type: string): Promise<Answer> {
    const url = `${this.url}/v2/${repository}/manifests/${reference}`;
    return this.#ask(url, { method: 'PUT', headers: { 'content-type': type }, body }, [201]);
  }

  async #has(url: string, accept = '*/*'): Promise<boolean> {
    const answer = await this.#ask(url, { method: 'HEAD', headers: { accept } }, [200, 404]);
    return answer.statusCode === 200;
  }

  /** Null: it was mounted from elsewhere. */
  async #beginUpload(
    repository: string,
    { digest }: Content,
    elsewhere: string | null,
  ): Promise<Upload | null> {
    const mount = elsewhere === null ? '' : `?mount=sha256:${digest}&from=${encodeURIComponent(elsewhere)}`;
    const url = `${this.url}/v2/${repository}/blobs/uploads/${mount}`;
    const answer = await this.#ask(url, { method: 'POST' }, [201, 202]);
    return answer.statusCode === 201 ? null : { location: this.#locationOf(answer, url), offset: 0 };
  }

  /** Where a killed process stopped; null: nowhere, or the registry forgot it. */
  async #begunUpload(note: string): Promise<Upload | null> {
    const location = (await readText(note))?.trim() ?? '';
    if (!this.#isOwn(location)) return null;
    const answer = await this.#ask(location, { method: 'GET' }, [204, 400, 404, 416]);
    const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(headerOf(answer, 'range')) ?? [];
    if (answer.statusCode !== 204 || last === undefined) return null;
    // Registries say 0-0 of an empty one too: a byte that is sent again is refused, and the upload begins anew.
    const offset = Number(last) === 0 ? 0 : Number(last) + 1;
    return { location: this.#locationOf(answer, location), offset };
  }

  async #send(upload: Upload, { digest, size }: Content, note: string): Promise<void> {
    const { store, onBytes, pieceBytes = pieceBytesDefault, signal } = this.options;
    let { location, offset } = upload;
    const file = await open(store.path(digest), 'r');
    try {
      while (offset < size) {
        signal.throwIfAborted();
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(Math.min(pieceBytes, size - offset)),
          0,
          null,
          offset,
        );
        if (bytesRead !== buffer.byteLength) throw shortFile(store.path(digest));
        const headers = {
          'content-type': 'application/octet-stream',
          'content-range': `${offset}-${offset + bytesRead - 1}`,
        };
        // Not cut off when the worker stops: the registry throws away an upload with half a piece.
        const piece = { method: 'PATCH', headers, body: buffer, isWhole: true } as const;
        const answer = await this.#ask(location, piece, [202]);
        location = this.#locationOf(answer, location);
        // It says how much the registry has: an upload is gone on with by its last one alone.
        await writeFileAtomically(note, `${location}\n`, 0o600);
        offset += bytesRead;
        onBytes(bytesRead);
      }
    } finally {
      await file.close();
    }
    const finished = new URL(location);
    finished.searchParams.set('digest', `sha256:${digest}`);
    await this.#ask(finished.href, { method: 'PUT', headers: { 'content-length': '0' } }, [201]);
  }

  #locationOf(answer: Answer, url: string): string {
    const location = new URL(headerOf(answer, 'location'), url).href;
    if (this.#isOwn(location)) return location;
    throw rejected(url, `it leads to another host: ${hostOfUrl(location)}`);
  }

  /** Nothing is sent to where a registry leads but to itself. */
  #isOwn(location: string): boolean {
    return URL.canParse(location) && new URL(location).origin === new URL(this.url).origin;
  }

  #ask(url: string, asked: RegistryRequest, wanted: readonly number[]): Promise<Answer> {
    return askRegistry(url, asked, wanted, this.options.signal);
  }
}

interface Upload {
  readonly location: string;
  /** How many bytes the registry has. */
  readonly offset: number;
}

const shortFile = (path: string): Failure =>
  new Failure('Rejected', 'A stored file is shorter than it was', {
    on: path,
    hint: 'Refresh the mirror, which fetches it again',
  });
