// SPDX-License-Identifier: Apache-2.0
// A chain of digests over files of an authority: none can be changed, added or left out unseen.
import { join } from 'node:path';
import type { SealedFile } from '../../../workflows/contracts/authority/ceremony.ts';
import { Failure } from '../failure.ts';
import { readBytes } from '../state/written-once.ts';
import { sha256 } from './signed.ts';

/** Those of `absent` may be missing; every other file has to be there. @throws Failure Unreachable */
export async function chainOf(
  folder: string,
  files: readonly string[],
  absent: readonly string[] = [],
): Promise<SealedFile[]> {
  const chain: SealedFile[] = [];
  for (const file of files) {
    const bytes = await readBytes(join(folder, file));
    if (bytes === null && absent.includes(file)) continue;
    if (bytes === null) throw new Failure('Unreachable', `There is no ${file} yet`, { on: folder });
    const digest = sha256(bytes);
    const before = chain.at(-1)?.link ?? '';
    chain.push({ file, sha256: digest, link: sha256(`${before}\n${file}\n${digest}\n`) });
  }
  return chain;
}

/** @throws Failure VerifyFailed when a file was changed since it was sealed */
export function requireUnchanged(
  folder: string,
  sealed: { readonly files: readonly SealedFile[]; readonly digest: string },
  chain: readonly SealedFile[],
): void {
  if (JSON.stringify(chain) === JSON.stringify(sealed.files) && sealed.digest === chain.at(-1)?.link) return;
  const changed = chain.find(({ link }, index) => sealed.files[index]?.link !== link)?.file;
  throw new Failure('VerifyFailed', 'The records are not those that were sealed', {
    on: folder,
    cause: changed === undefined ? 'files are missing' : `the first that differs is ${changed}`,
    hint: 'Restore the folder of the authority from a backup: holdfast restore FILE',
  });
}
