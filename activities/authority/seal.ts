// SPDX-License-Identifier: Apache-2.0
// Seals the records of a ceremony or of a CRL: a chain of digests in which no file can be changed, added or left out unseen.
import { join, relative } from 'node:path';
import {
  ceremonyFiles,
  type CeremonyRef,
  type Seal,
  type SealedFile,
} from '../../workflows/contracts/authority/ceremony.ts';
import {
  crlFiles,
  plainSerial,
  revocationFile,
  type CrlRef,
  type CrlSeal,
} from '../../workflows/contracts/authority/root-crl.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { approvalFiles } from '../clients/ca/approvals.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { revocationRecord, type CrlRecords } from '../clients/ca/crl-records.ts';
import { topCrl } from '../clients/ca/signed-crls.ts';
import { chainOf, requireUnchanged } from '../clients/ca/seal.ts';

const open = (what: string): Difference[] => [{ what, have: 'open', want: 'sealed' }];

/** @throws Failure VerifyFailed when a record was changed since it was sealed */
export async function sealDifferences(state: string, ref: CeremonyRef): Promise<Difference[]> {
  const records = new CeremonyRecords(state, ref);
  const seal = await records.seal();
  if (seal === null) return open('records of the ceremony');
  requireUnchanged(records.folder, seal, await ceremonyChain(records));
  return [];
}

export async function sealCeremony(state: string, ref: CeremonyRef): Promise<string> {
  const records = new CeremonyRecords(state, ref);
  const files = await ceremonyChain(records);
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

export async function crlSealDifferences(state: string, { authority }: CrlRef): Promise<Difference[]> {
  const records = await topCrl(state, authority);
  const seal = await records.seal();
  if (seal === null) return open(`records of CRL ${records.number}`);
  requireUnchanged(records.folder, seal, await crlChain(state, records));
  return [];
}

export async function sealCrl(state: string, { authority }: CrlRef): Promise<string> {
  const records = await topCrl(state, authority);
  const files = await crlChain(state, records);
  const seal: CrlSeal = {
    authority,
    number: records.number,
    files,
    digest: files.at(-1)?.link ?? '',
    sealedAt: new Date().toISOString(),
  };
  await records.writeSeal(seal);
  return `SHA-256 ${seal.digest}`;
}

/** What was skipped is not in it, nor an import that the release of that day did not know. */
async function ceremonyChain(records: CeremonyRecords): Promise<SealedFile[]> {
  const files = [...Object.values(ceremonyFiles), ...(await approvalFiles(records))];
  return chainOf(records.folder, files, [ceremonyFiles.attestation, ceremonyFiles.imported]);
}

/** With what people approved of each certificate that it lists. */
async function crlChain(state: string, records: CrlRecords): Promise<SealedFile[]> {
  const { revoked } = await records.requireReservation();
  const files: string[] = Object.values(crlFiles);
  for (const { serial } of revoked) {
    const found = await revocationRecord(state, records.authority, plainSerial(serial));
    // One that the spec names was revoked before this release kept records of it.
    if (found === null) continue;
    const below = [revocationFile, ...(await approvalFiles(found))];
    files.push(...below.map((file) => relative(records.folder, join(found.folder, file))));
  }
  return chainOf(records.folder, files);
}
