// SPDX-License-Identifier: Apache-2.0
// What the intermediate's token says of its key: the attestation of its maker, and the certificate request.
import type { CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { requestedKey, signedBytes } from '../clients/ca/signed.ts';
import { requestToBeSigned } from '../clients/ca/to-be-signed.ts';
import { isYubiKey, statementOn, type YubiKeyStatement } from '../clients/attestation/yubikey.ts';
import { Failure } from '../clients/failure.ts';
import { TokenAbsent } from '../clients/token/tokens.ts';
import { journalOf, recordsOf, signOnce, type Station } from './station.ts';

export async function attestationDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  if ((await recordsOf(station, ref).attestation()) !== null) return [];
  return [{ what: 'attestation of the key', have: 'not recorded', want: 'recorded, or that there is none' }];
}

/**
 * A YubiKey has to make a statement on the key; of other tokens it is recorded that they make none.
 * @throws Failure PreconditionFailed for a YubiKey whose statement is of another one, is missing, or is not Yubico's
 */
export async function recordAttestation(station: Station, ref: CeremonyRef): Promise<string> {
  const records = recordsOf(station, ref);
  const { tokenSerial, publicKey } = await records.requireKey();
  const found = await station.tokens.find(tokenSerial);
  if (found === null) throw new TokenAbsent(tokenSerial, 'No slot has it');
  const { manufacturer, model, firmware } = found;
  if (isYubiKey(manufacturer)) {
    const certificates = await station.tokens.ask({ action: 'certificates', serial: tokenSerial });
    const statement = statementOn(publicKey, certificates, `token ${tokenSerial}`);
    requireOwn(statement, tokenSerial);
    await records.write('attestation', { made: true, certificates: statement.chain });
    const { serial, pin, touch, root } = statement;
    return `YubiKey ${serial}, firmware ${statement.firmware}, made the key: PIN ${pin}, touch ${touch}; ${root}`;
  }
  const why = `${manufacturer} ${model} ${firmware} makes no attestation`;
  await records.write('attestation', { made: false, why });
  return why;
}

/** @throws Failure PreconditionFailed: a statement that another YubiKey made says nothing of this one */
function requireOwn({ serial }: YubiKeyStatement, tokenSerial: string): void {
  if (serial === tokenSerial) return;
  throw new Failure('PreconditionFailed', `The statement is of YubiKey ${serial}, not of ${tokenSerial}`, {
    on: `token ${tokenSerial}`,
  });
}

export async function requestDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  const der = await records.bytes('request');
  const what = 'certificate request';
  if (der === null) return [{ what, have: 'none', want: 'signed by the key on the token' }];
  const key = requestedKey(der, records.path('request')).toString('base64');
  if (key === (await records.requireKey()).publicKey) return [];
  throw new Failure('PreconditionFailed', 'The recorded request is for another key', {
    on: records.path('request'),
  });
}

export async function signRequest(station: Station, ref: CeremonyRef): Promise<undefined> {
  const records = recordsOf(station, ref);
  const { profile } = await records.requireCeremony();
  const key = await records.requireKey();
  const publicKey = Buffer.from(key.publicKey, 'base64');
  const toBeSigned = requestToBeSigned(profile.subject, publicKey);
  const signature = await signOnce(station, journalOf(records), 'request', toBeSigned, {
    serial: key.tokenSerial,
    id: key.id,
    publicKey,
  });
  await records.write('request', signedBytes(toBeSigned, signature));
  return undefined;
}
