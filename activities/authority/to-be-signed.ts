// SPDX-License-Identifier: Apache-2.0
// Fixes the bytes that the root will sign: from then on neither times nor names can change.
import type { CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { expectedIntermediate, intermediateFault, periodFrom } from '../clients/ca/expected.ts';
import { requestedKey, sha256 } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';

export async function toBeSignedDifferences(state: string, ref: CeremonyRef): Promise<Difference[]> {
  const records = new CeremonyRecords(state, ref);
  const toBeSigned = await records.bytes('toBeSigned');
  if (toBeSigned === null) return [{ what: 'bytes to be signed', have: 'none', want: 'fixed' }];
  const cause = intermediateFault(await records.requireCeremony(), await keyOf(records), toBeSigned);
  if (cause === null) return [];
  throw new Failure('PreconditionFailed', 'The recorded bytes are not to be signed', {
    on: records.path('toBeSigned'),
    cause,
    hint: 'See who changed the records of the ceremony; a new ceremony needs a new generation',
  });
}

/** Idempotent: the first bytes stay. */
export async function fixToBeSigned(state: string, ref: CeremonyRef): Promise<string> {
  const records = new CeremonyRecords(state, ref);
  const ceremony = await records.requireCeremony();
  const period = periodFrom(Date.now(), ceremony.profile.lifetime);
  await records.offer('toBeSigned', expectedIntermediate(ceremony, await keyOf(records), period));
  return `SHA-256 ${sha256(await records.require('toBeSigned'))}`;
}

/** The key that asked for it. @throws Failure VerifyFailed unless the request verifies and is for the key on the token */
async function keyOf(records: CeremonyRecords): Promise<Buffer> {
  const requested = requestedKey(await records.require('request'), records.path('request'));
  const { publicKey } = await records.requireKey();
  if (requested.toString('base64') === publicKey) return requested;
  throw new Failure('VerifyFailed', 'The request is for another key than the one on the token', {
    on: records.path('request'),
  });
}
