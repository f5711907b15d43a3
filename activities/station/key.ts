// SPDX-License-Identifier: Apache-2.0
// The key pair of an intermediate: made on its token, once, and recorded. Another key in its place is never touched.
import type { Ceremony, CeremonyRef, KeyRecord } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { isYubiKey, slotOf } from '../clients/attestation/yubikey.ts';
import { Failure } from '../clients/failure.ts';
import type { TokenKey } from '../clients/token/messages.ts';
import { journalOf, recordsOf, type Station } from './station.ts';

export async function keyDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  const recorded = await records.key();
  // The request verifies by the key that is recorded, which the next step looks at.
  if (await records.hasAllOf('intermediate')) return [];
  const found = await keyInPlace(station, records, ceremony);
  const what = `key ${ceremony.intermediate.id} of token ${ceremony.intermediate.serial}`;
  if (found === null) {
    if (recorded !== null) throw gone(ceremony);
    return [{ what, have: 'none', want: 'made on the token' }];
  }
  if (recorded === null) return [{ what, have: 'made, not recorded', want: 'recorded' }];
  requireSameKey(records, ceremony, found, recorded);
  return [];
}

/** @throws Failure PreconditionFailed unless the token holds the key that the ceremony recorded */
export async function requireRecordedKey(
  station: Station,
  records: CeremonyRecords,
  ceremony: Ceremony,
): Promise<void> {
  const found = await keyInPlace(station, records, ceremony);
  if (found === null) throw gone(ceremony);
  requireSameKey(records, ceremony, found, await records.requireKey());
}

function requireSameKey(
  records: CeremonyRecords,
  ceremony: Ceremony,
  found: TokenKey,
  recorded: KeyRecord,
): void {
  if (JSON.stringify(recordOf(ceremony, found)) === JSON.stringify(recorded)) return;
  throw new Failure('PreconditionFailed', 'The key on the token is not the one that the ceremony recorded', {
    on: `token ${ceremony.intermediate.serial}`,
    cause: `the record is ${records.path('key')}`,
    hint: 'See which token is plugged in; a new key needs a new generation',
  });
}

/** Idempotent: a key that this ceremony made before its station died is recorded, and no other is made. */
export async function makeKey(station: Station, ref: CeremonyRef): Promise<string> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  const { serial, id, label } = ceremony.intermediate;
  let key = await keyInPlace(station, records, ceremony);
  const isFound = key !== null;
  if (key === null) {
    if ((await records.key()) !== null) throw gone(ceremony);
    await journalOf(records).meanKey(`${serial} ${id} ${label}`);
    await refuseYubiKey(station, serial, id);
    key = await station.pins.ask({ action: 'generate', serial, id, label });
  }
  await records.write('key', recordOf(ceremony, key));
  return `${isFound ? 'found' : 'made'} on token ${serial} as ${id}`;
}

/** @throws Failure NeedsOperator: a YubiKey makes keys for its management key, which no station asks for */
async function refuseYubiKey(station: Station, serial: string, id: string): Promise<void> {
  const token = await station.tokens.find(serial);
  if (token === null || !isYubiKey(token.manufacturer)) return;
  throw new Failure('NeedsOperator', `YubiKey ${serial} makes a key only for its management key`, {
    on: `token ${serial}`,
    hint: `Make it by its own tool: ykman --device ${serial} piv keys generate --algorithm ECCP384 ${slotOf(id) ?? 'SLOT'} public.pem; then resolve the step with --retry`,
  });
}

/** Null while its place is empty. @throws Failure PreconditionFailed when the place is not this ceremony's */
async function keyInPlace(
  station: Station,
  records: CeremonyRecords,
  { intermediate }: Ceremony,
): Promise<TokenKey | null> {
  const { serial, id, label } = intermediate;
  const keys = await station.pins.ask({ action: 'keys', serial });
  const there = keys.filter((key) => key.id === id);
  const [key] = there;
  if (key === undefined) return null;
  const isOurs = (await records.key()) !== null || (await journalOf(records).meantKey());
  if (isOurs && there.length === 1 && key.label === label) return key;
  throw new Failure('PreconditionFailed', `Another key has the id ${id} on the token`, {
    on: `token ${serial}`,
    cause: there.map((each) => `key ${each.id}, label ${each.label}`).join('; '),
    hint: 'Nothing is overwritten: name a free id in the spec, record it with holdfast ca record FILE, then start again',
  });
}

/** @throws Failure PreconditionFailed for a key that may have been outside, or may come out */
function recordOf({ intermediate }: Ceremony, key: TokenKey): KeyRecord {
  const { publicKey } = key;
  const faults = [
    ...(key.isLocal ? [] : ['it was not made on the token']),
    ...(key.isSensitive && key.wasAlwaysSensitive ? [] : ['it was readable']),
    ...(!key.isExtractable && key.wasNeverExtractable ? [] : ['it was extractable']),
    ...(publicKey === null ? ['its public key on P-384 is not on the token'] : []),
  ];
  if (publicKey === null || faults.length > 0)
    throw new Failure('PreconditionFailed', `The key ${key.id} cannot be the key of an authority`, {
      on: `token ${intermediate.serial}`,
      cause: faults.join('; '),
      hint: 'Name a free id in the spec, record it with holdfast ca record FILE, then start again',
    });
  return {
    tokenSerial: intermediate.serial,
    id: key.id,
    label: key.label,
    publicKey,
    isLocal: key.isLocal,
    isSensitive: key.isSensitive,
    wasAlwaysSensitive: key.wasAlwaysSensitive,
    wasNeverExtractable: key.wasNeverExtractable,
  };
}

const gone = ({ intermediate }: Ceremony): Failure =>
  new Failure('PreconditionFailed', 'The key that this ceremony made is not on the token any more', {
    on: `token ${intermediate.serial}`,
    hint: 'A key that is gone cannot be made again: raise the generation in the spec, then start again',
  });
