// SPDX-License-Identifier: Apache-2.0
// The certificate of the intermediate on its own token, beside its key: written, read back, recorded. Another one in its place is
// never touched.
import { X509Certificate } from 'node:crypto';
import type { Ceremony, CeremonyRef, ImportRecord } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { isStatement, isYubiKey, slotOf } from '../clients/attestation/yubikey.ts';
import type { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { subjectOf } from '../clients/ca/root.ts';
import { sha256 } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import type { TokenCertificate } from '../clients/token/messages.ts';
import { TokenAbsent } from '../clients/token/tokens.ts';
import { signedCertificate } from './certificate.ts';
import { requireRecordedKey } from './key.ts';
import { recordsOf, type Station } from './station.ts';

/** Nobody has to plug in the token again once it is recorded. @throws Failure TokenAbsent, or as isInPlace */
export async function importedDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  if (await records.isImportOver()) return [];
  const ceremony = await records.requireCeremony();
  const { serial, id } = ceremony.intermediate;
  const certificate = await signedCertificate(records, ceremony);
  const what = `certificate ${id} of token ${serial}`;
  if (await isInPlace(station, records, ceremony, certificate))
    return [{ what, have: 'there, not recorded', want: 'recorded' }];
  return [{ what, have: 'none', want: `SHA-256 ${sha256(certificate)}` }];
}

/** @idempotent one that a station wrote before it died is recorded, and no other is written */
export async function importCertificate(station: Station, ref: CeremonyRef): Promise<string> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  const { serial, id, label } = ceremony.intermediate;
  const certificate = await signedCertificate(records, ceremony);
  const wasThere = await isInPlace(station, records, ceremony, certificate);
  if (!wasThere) {
    await refuseYubiKey(station, ceremony, records.path('certificate'));
    await station.pins.ask({
      action: 'import',
      serial,
      id,
      label,
      certificate: certificate.toString('base64'),
      subject: subjectOf(certificate).toString('base64'),
    });
    // Another process reads it: what the token keeps counts, not what it was given.
    if (!(await isInPlace(station, records, ceremony, certificate)))
      throw new Failure('VerifyFailed', `The token ${serial} took the certificate and does not have it`, {
        on: `token ${serial}`,
      });
  }
  const record: ImportRecord = { tokenSerial: serial, id, fingerprint: sha256(certificate) };
  await records.write('imported', record);
  return `${wasThere ? 'found' : 'written'} on token ${serial} as ${id}`;
}

/**
 * False while the place beside the key is empty.
 * @throws Failure PreconditionFailed for a token without the key of the ceremony, and for another certificate in its place
 */
async function isInPlace(
  station: Station,
  records: CeremonyRecords,
  ceremony: Ceremony,
  certificate: Buffer,
): Promise<boolean> {
  const { serial, id } = ceremony.intermediate;
  const token = await requireToken(station, serial);
  await requireRecordedKey(station, records, ceremony);
  const all = await station.tokens.ask({ action: 'certificates', serial });
  const isAttestation = (each: TokenCertificate): boolean =>
    isYubiKey(token.manufacturer) && isStatement(each);
  const there = all.filter((each) => each.id === id && !isAttestation(each));
  const others = there.filter((each) => each.certificate !== certificate.toString('base64'));
  if (others.length === 0) return there.length > 0;
  throw new Failure('PreconditionFailed', `Another certificate has the id ${id} on the token`, {
    on: `token ${serial}`,
    cause: others.map(described).join('; '),
    hint: 'Nothing is replaced: if nobody needs it, remove it by the tool of the token, then resolve the step with --retry; with --skip the records are sealed without it',
  });
}

/** @throws TokenAbsent */
async function requireToken({ tokens }: Station, serial: string) {
  const found = await tokens.find(serial);
  if (found === null) throw new TokenAbsent(serial, 'No slot has it');
  return found;
}

function described({ label, certificate }: TokenCertificate): string {
  const der = Buffer.from(certificate, 'base64');
  const facts = [`label ${label || 'none'}`, `subject ${subjectText(der)}`, `SHA-256 ${sha256(der)}`];
  return facts.join(', ');
}

function subjectText(der: Buffer): string {
  try {
    return new X509Certificate(der).subject.replaceAll('\n', ', ');
  } catch {
    return 'that cannot be read';
  }
}

/** @throws Failure NeedsOperator: a YubiKey takes certificates for its management key, which no station asks for */
async function refuseYubiKey(station: Station, { intermediate }: Ceremony, path: string): Promise<void> {
  const { serial, id } = intermediate;
  const { manufacturer } = await requireToken(station, serial);
  if (!isYubiKey(manufacturer)) return;
  throw new Failure('NeedsOperator', `YubiKey ${serial} takes a certificate only for its management key`, {
    on: `token ${serial}`,
    hint: `Import it by its own tool: ykman --device ${serial} piv certificates import --verify ${slotOf(id) ?? 'SLOT'} ${path}; then resolve the step with --retry`,
  });
}
