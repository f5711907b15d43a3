// SPDX-License-Identifier: Apache-2.0
// Brings a small content of a known digest and an unknown size into the store, whole or not at all.
import { hostOfUrl, plainUrl } from '../../../workflows/contracts/mirror/content.ts';
import { Failure } from '../failure.ts';
import type { ContentStore } from './content-store.ts';
import { sha256 } from './content-store.ts';
import { askAgain, bodyOf, type ReadOptions } from './read-if-changed.ts';

/** @source the metadata of a Python package has 5 KB, at most some 100 KB */
const smallBytesMax = 8 * 1024 * 1024;

/** Returns the bytes that came; 0: it was here. @throws Failure Rejected for other bytes; Unreachable; AbortError */
export async function fetchSmall(
  store: ContentStore,
  { url, digest }: { readonly url: string; readonly digest: string },
  { budget, signal }: Pick<ReadOptions, 'budget' | 'signal'>,
): Promise<number> {
  if ((await store.sizeOf(digest)) !== null) return 0;
  const bytes = await bodyOf(await askAgain({ url, budget, signal }), url, smallBytesMax);
  const have = sha256(bytes);
  if (have !== digest)
    throw new Failure('Rejected', `${plainUrl(url)} is not the file that its index names`, {
      on: hostOfUrl(url),
      cause: `its SHA-256 is ${have}, the index says ${digest}`,
      hint: 'The upstream may have moved on: refresh the mirrors again, which reads its indexes anew',
    });
  await store.put(bytes);
  return bytes.byteLength;
}
