// SPDX-License-Identifier: Apache-2.0
// Whether the station works, and whether the token that a step needs is there and unlocked. Changes nothing on a token.
import type { CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { TokenRole } from '../../workflows/contracts/authority/token-question.ts';
import { sha256 } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import { recordsOf, type Station } from './station.ts';

/** @source clocks of two machines beside each other differ by less; certificates are back-dated by as much */
const clockMilliseconds = 300_000;

/** The module loads, and this clock has not been turned back since the ceremony began. */
export async function stationDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const { reservedAt } = await recordsOf(station, ref).requireCeremony();
  await station.tokens.list();
  const now = Date.now();
  if (now >= Date.parse(reservedAt) - clockMilliseconds) return [];
  return [
    {
      what: `clock of station ${station.name}`,
      have: new Date(now).toISOString(),
      want: `after ${reservedAt}, when the ceremony began`,
    },
  ];
}

/** It waits for a person: what is missing is a difference, and what cannot be the right token is a failure. */
export async function tokenDifferences(
  station: Station,
  ref: CeremonyRef,
  role: TokenRole,
): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  const ceremony = await records.requireCeremony();
  if (await records.hasAllOf(role)) return [];
  return tokenAbsence(station, ceremony[role].serial, role === 'root' ? ceremony.root.fingerprint : null);
}

/** The same once more, after the other token was in its place: it is to take its certificate. */
export async function tokenBackDifferences(station: Station, ref: CeremonyRef): Promise<Difference[]> {
  const records = recordsOf(station, ref);
  if (await records.isImportOver()) return [];
  const { intermediate } = await records.requireCeremony();
  return tokenAbsence(station, intermediate.serial, null);
}

/** `fingerprint`: of the root that has to be on it; null for another token. */
export async function tokenAbsence(
  station: Station,
  serial: string,
  fingerprint: string | null,
): Promise<Difference[]> {
  const what = `token ${serial}`;
  if ((await station.tokens.find(serial)) === null)
    return [{ what, have: `not plugged in, and ${await others(station)}`, want: 'plugged in' }];
  if (fingerprint !== null) await requirePinnedRoot(station, serial, fingerprint);
  const locked = await station.pins.unlock(serial);
  return locked === null ? [] : [{ what, have: locked, want: 'unlocked' }];
}

async function others({ tokens }: Station): Promise<string> {
  const found = await tokens.list();
  if (found.length === 0) return 'no other is';
  return `${found.map(({ serial, label }) => `${label} (${serial})`).join(', ')} ${found.length === 1 ? 'is' : 'are'}`;
}

/** What the token holds decides, not what is written on it. @throws Failure PreconditionFailed without the pinned certificate */
export async function requirePinnedRoot(
  { tokens }: Station,
  serial: string,
  fingerprint: string,
): Promise<void> {
  const certificates = await tokens.ask({ action: 'certificates', serial });
  const fingerprints = certificates.map(({ certificate }) => sha256(Buffer.from(certificate, 'base64')));
  if (fingerprints.includes(fingerprint)) return;
  throw new Failure('PreconditionFailed', `The token ${serial} does not hold the pinned root certificate`, {
    on: `token ${serial}`,
    cause: `pinned is ${fingerprint}; the token has ${fingerprints.join(', ') || 'no certificate'}`,
    hint: 'Plug in the token of the root; if the certificate was lost from it, import it by the tool of its maker',
  });
}
