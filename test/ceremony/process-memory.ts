// SPDX-License-Identifier: Apache-2.0
// What a process of this machine has in its memory: texts, and private keys on P-384 by their public ones. Needs root.
import { createECDH, createPrivateKey } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** @source large enough to read fast, small enough to keep */
const chunkBytes = 16 * 1024 * 1024;
/** More than any text or key that is looked for: what lies across two chunks is found in the second. */
const overlapBytes = 4096;
const scalarBytes = 48;

export interface Sought {
  readonly texts: readonly string[];
  /** Uncompressed points: 97 octets each. */
  readonly points: readonly Buffer[];
}

/** Each text that is there, and `private key N` for the key of the Nth point. */
export function foundIn(bytes: Buffer, { texts, points }: Sought): string[] {
  const found = texts.filter((text) => bytes.includes(text));
  const owners = scalarsIn(bytes).map((scalar) => points.findIndex((point) => isPublicOf(scalar, point)));
  return [...found, ...owners.filter((owner) => owner >= 0).map((owner) => `private key ${owner}`)];
}

/** As foundIn(), of all memory that the process may write. */
export async function foundInProcess(pid: number, sought: Sought): Promise<string[]> {
  const found = new Set<string>();
  // The functions with promises cannot read at addresses of this size.
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [from, to] of await writableRanges(pid)) {
      for (let at = from; at < to; at += BigInt(chunkBytes - overlapBytes)) {
        const chunk = Buffer.alloc(Number(to - at < BigInt(chunkBytes) ? to - at : BigInt(chunkBytes)));
        for (const each of foundIn(chunk.subarray(0, readAt(memory, chunk, at)), sought)) found.add(each);
      }
    }
  } finally {
    closeSync(memory);
  }
  return [...found];
}

/** 0 of what was given back meanwhile: what is not there holds nothing. */
function readAt(memory: number, chunk: Buffer, at: bigint): number {
  try {
    return readSync(memory, chunk, 0, chunk.length, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EIO') return 0;
    throw error;
  }
}

async function writableRanges(pid: number): Promise<[bigint, bigint][]> {
  const lines = (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n');
  return lines.flatMap((line): [bigint, bigint][] => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    return from === undefined || to === undefined ? [] : [[BigInt(`0x${from}`), BigInt(`0x${to}`)]];
  });
}

/** In DER an octet string of 48 octets, also within PEM. */
function scalarsIn(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (
    let at = bytes.indexOf('\x04\x30', 0, 'latin1');
    at >= 0;
    at = bytes.indexOf('\x04\x30', at + 1, 'latin1')
  ) {
    const scalar = bytes.subarray(at + 2, at + 2 + scalarBytes);
    // Digits of a key are not all alike: most of what looks like one is none.
    if (scalar.length === scalarBytes && new Set(scalar).size > scalarBytes / 2) found.push(scalar);
  }
  const pem = /-----BEGIN (?:EC )?PRIVATE KEY-----[A-Za-z0-9+/=\s]+?-----END (?:EC )?PRIVATE KEY-----/g;
  for (const [text] of bytes.toString('latin1').matchAll(pem)) {
    const { d } = keyOf(text);
    if (d !== undefined) found.push(Buffer.from(d, 'base64url'));
  }
  return found;
}

function keyOf(pem: string): { readonly d?: string } {
  try {
    return createPrivateKey(pem).export({ format: 'jwk' });
  } catch {
    // Torn, or written over in part.
    return {};
  }
}

function isPublicOf(scalar: Buffer, point: Buffer): boolean {
  const curve = createECDH('secp384r1');
  try {
    curve.setPrivateKey(scalar);
  } catch {
    return false;
  }
  return curve.getPublicKey().equals(point);
}
