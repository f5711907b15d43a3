// SPDX-License-Identifier: Apache-2.0
// Unpacks a stored Packages index and reads it. Chooses no package.
import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { execa } from 'execa';
import type { DebPackage } from '../../../workflows/contracts/mirror/deb/closure.ts';
import type { IndexPin } from '../../../workflows/contracts/mirror/deb/pins.ts';
import type { ContentStore } from '../content/content-store.ts';
import { Failure } from '../failure.ts';
import { parsePackages } from './packages-index.ts';

/** @source main of trixie has 56 MB; what unpacks to far more is a bomb */
const unpackedBytesMax = 512 * 1024 * 1024;

/** @throws Failure Rejected for an index that is damaged or that is not fully understood */
export async function readIndex(store: ContentStore, index: IndexPin): Promise<DebPackage[]> {
  try {
    const packed = await store.read(index.digest);
    return await parsePackages((await unpack(packed, index.compression)).toString('utf8'));
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure('Rejected', `The index ${index.path} cannot be read`, {
      on: store.path(index.digest),
      cause,
      hint: 'Its signature is good: report this with the name of the source',
    });
  }
}

async function unpack(packed: Buffer, compression: IndexPin['compression']): Promise<Buffer> {
  if (compression === '') return packed;
  if (compression === 'gz') return promisify(gunzip)(packed, { maxOutputLength: unpackedBytesMax });
  // Node 20 has no xz of its own.
  const { stdout } = await execa('xz', ['--decompress', '--stdout', '--memlimit=512MiB'], {
    input: packed,
    encoding: 'buffer',
    maxBuffer: unpackedBytesMax,
  });
  return Buffer.from(stdout);
}
