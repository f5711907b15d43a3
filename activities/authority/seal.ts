// SPDX-License-Identifier: Apache-2.0
// Seals the records of a ceremony: a chain of digests in which no file can be changed, added or left out unseen.
import { join } from 'node:path';
import {
  ceremonyFiles,
  type CeremonyRef,
  type Seal,
  type SealedFile,
} from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { approvalFiles } from '../clients/ca/approvals.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { sha256 } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import { readBytes } from '../clients/state/written-once.ts';

/** @throws Failure VerifyFailed when a record was changed since it was sealed */
export async function sealDifferences(state: string, ref: CeremonyRef): Promise<Difference[]> {
  const records = new CeremonyRecords(state, ref);
  const seal = await records.seal();
  if (seal === null) return [{ what: 'records of the ceremony', have: 'open', want: 'sealed' }];
  const files = await chained(records);
  if (JSON.stringify(files) === JSON.stringify(seal.files) && seal.digest === files.at(-1)?.link) return [];
  const changed = files.find(({ link }, index) => seal.files[index]?.link !== link)?.file;
  throw new Failure('VerifyFailed', 'The records of the ceremony are not those that were sealed', {
    on: records.folder,
    cause: changed === undefined ? 'files are missing' : `the first that differs is ${changed}`,
    hint: 'Restore the folder of the authority from a backup: holdfast restore FILE',
  });
}

export async function sealCeremony(state: string, ref: CeremonyRef): Promise<string> {
  const records = new CeremonyRecords(state, ref);
  const files = await chained(records);
  const seal: Seal = {
    authority: ref.authority,
    generation: ref.generation,
    files,
    digest: files.at(-1)?.link ?? '',
    sealedAt: new Date().toISOString(),
  };
  await records.writeSeal(seal);
  return `SHA-256 ${seal.digest}`;
}

/** An attestation that was skipped is not in it; every other file has to be. */
async function chained(records: CeremonyRecords): Promise<SealedFile[]> {
  const files: SealedFile[] = [];
  for (const file of [...Object.values(ceremonyFiles), ...(await approvalFiles(records))]) {
    const bytes = await readBytes(join(records.folder, file));
    if (bytes === null && file === ceremonyFiles.attestation) continue;
    if (bytes === null)
      throw new Failure('Unreachable', `The ceremony has no ${file} yet`, { on: records.folder });
    const digest = sha256(bytes);
    const before = files.at(-1)?.link ?? '';
    files.push({ file, sha256: digest, link: sha256(`${before}\n${file}\n${digest}\n`) });
  }
  return files;
}
