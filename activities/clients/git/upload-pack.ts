// SPDX-License-Identifier: Apache-2.0
// Reads a Git repository over http as `git fetch` does: its refs, and a pack of what is wanted. Checks no object: git does, later.
// @source gitprotocol-http(5), gitprotocol-pack(5): version 0, which every server speaks
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hostOfUrl, plainUrl, type Content } from '../../../workflows/contracts/mirror/content.ts';
import type { ContentStore } from '../content/content-store.ts';
import type { HostBudget } from '../content/host-budget.ts';
import { askAgain, bodyOf } from '../content/read-if-changed.ts';
import { messageOf, silent, type Answer } from '../content/upstream.ts';
import { Failure } from '../failure.ts';
import { flush, packetsOf, packetText, PacketReader } from './packets.ts';

export interface GitOptions {
  readonly budget: HostBudget;
  readonly signal: AbortSignal;
}

export interface AdvertisedRefs {
  /** Ids of objects by full names. */
  readonly refs: ReadonlyMap<string, string>;
  /** What HEAD leads to; null: not told. */
  readonly head: string | null;
}

/** @source 100,000 refs of 70 bytes are 7 MB */
const refsBytesMax = 64 * 1024 * 1024;

/** @throws Failure Rejected for what is not a repository; Unreachable; AbortError */
export async function advertisedRefs(url: string, options: GitOptions): Promise<AdvertisedRefs> {
  const asked = `${url}/info/refs?service=git-upload-pack`;
  const body = await bodyOf(await askAgain({ url: asked, ...options }), asked, refsBytesMax);
  const refs = new Map<string, string>();
  let head: string | null = null;
  let isFirst = true;
  for (const line of packetsOf(body, (cause) => notRepository(url, cause))) {
    if (line.startsWith('# service=') || line === '') continue;
    const [ref = '', capabilities = ''] = line.replace(/\n$/, '').split('\0');
    const [, id, name] = /^([0-9a-f]{40}) (\S+)$/.exec(ref) ?? [];
    if (id === undefined || name === undefined) throw notRepository(url, 'a line of it names no ref');
    if (isFirst) head = / symref=HEAD:(\S+)/.exec(` ${capabilities}`)?.[1] ?? null;
    isFirst = false;
    // Behind a tag that is an object of its own stands what it leads to.
    if (name !== 'HEAD' && !name.endsWith('^{}') && name.startsWith('refs/')) refs.set(name, id);
  }
  if (refs.size === 0) throw notRepository(url, 'it has no refs');
  return { refs, head };
}

export interface WantedPack {
  readonly want: string;
  /** Tips that are here with all that they lead to: it is not sent again. */
  readonly haves: readonly string[];
  readonly onBytes?: (bytes: number) => void;
}

/**
 * A pack is complete but for objects that the haves lead to. It is made while it is sent: a part of it is useless.
 * @returns null when all of it is here already
 * @throws Failure Rejected for what the server says; Unreachable for a pack that is not whole; AbortError
 */
export async function fetchPack(
  store: ContentStore,
  url: string,
  { want, haves, onBytes }: WantedPack,
  options: GitOptions,
): Promise<Content | null> {
  const asked = `${url}/git-upload-pack`;
  const body = [
    packetText(`want ${want} side-band-64k ofs-delta agent=holdfast\n`),
    flush,
    ...haves.map((id) => packetText(`have ${id}\n`)),
    packetText('done\n'),
  ].join('');
  const headers = {
    'content-type': 'application/x-git-upload-pack-request',
    accept: 'application/x-git-upload-pack-result',
  };
  const answer = await askAgain({ url: asked, method: 'POST', headers, body, ...options });
  await mkdir(store.parts, { recursive: true, mode: 0o755 });
  const part = join(store.parts, `pack.${randomUUID()}`);
  try {
    const received = await receive(answer, part, url, onBytes);
    if (received === null) return null;
    await store.commit(part, received.digest);
    return received;
  } catch (error) {
    if (options.signal.aborted || error instanceof Failure) throw error;
    throw silent(asked, messageOf(error));
  } finally {
    await rm(part, { force: true });
  }
}

/** Twelve bytes say how many objects follow, twenty at the end are the SHA-1 of all before. */
const [headerBytes, trailerBytes] = [12, 20];

async function receive(
  answer: Answer,
  path: string,
  url: string,
  onBytes: ((bytes: number) => void) | undefined,
): Promise<Content | null> {
  const file = await open(path, 'wx', 0o644);
  const [whole, sha1] = [createHash('sha256'), createHash('sha1')];
  let [head, tail, size] = [Buffer.alloc(0), Buffer.alloc(0), 0];
  const reader = new PacketReader((cause) => silent(url, cause));
  try {
    for await (const packet of reader.read(answer.body)) {
      const band = packet[0];
      const text = packet.toString('utf8');
      if (/^(NAK|ACK [0-9a-f]{40})\n?$/.test(text)) continue;
      if (text.startsWith('ERR ')) throw refused(url, text.slice('ERR '.length).trim());
      if (band === 3) throw refused(url, packet.subarray(1).toString('utf8').trim());
      if (band !== 1) continue;
      const bytes = packet.subarray(1);
      await file.writeFile(bytes);
      whole.update(bytes);
      if (head.byteLength < headerBytes) head = Buffer.concat([head, bytes]).subarray(0, headerBytes);
      const held = Buffer.concat([tail, bytes]);
      sha1.update(held.subarray(0, Math.max(0, held.byteLength - trailerBytes)));
      tail = held.subarray(Math.max(0, held.byteLength - trailerBytes));
      size += bytes.byteLength;
      onBytes?.(bytes.byteLength);
    }
  } finally {
    await file.close();
  }
  if (head.subarray(0, 4).toString() !== 'PACK' || sha1.digest('hex') !== tail.toString('hex'))
    throw silent(`${url}/git-upload-pack`, 'the pack is not whole');
  return head.readUInt32BE(8) === 0 ? null : { digest: whole.digest('hex'), size };
}

const notRepository = (url: string, cause: string): Failure =>
  new Failure('Rejected', `${plainUrl(url)} is not a Git repository that is served over http`, {
    on: hostOfUrl(url),
    cause,
    hint: 'Correct url in the file of the mirror, then holdfast mirrors install FILE',
  });

const refused = (url: string, cause: string): Failure =>
  new Failure('Rejected', `${plainUrl(url)} does not send what it named`, {
    on: hostOfUrl(url),
    cause,
    hint: 'The upstream may have moved on: refresh the mirrors again, which reads its refs anew',
  });
