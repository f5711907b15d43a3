// SPDX-License-Identifier: Apache-2.0
// What a station does beside its tokens, for people in front of it. Its worker serves the queue of the station and no other.
import { stationQueue } from '../../contracts/authority/authority-spec.ts';
import type { CeremonyRef } from '../../contracts/authority/ceremony.ts';
import type { CrlRef } from '../../contracts/authority/root-crl.ts';
import type { TokenRole } from '../../contracts/authority/token-question.ts';
import type { ActivityCall, Effect } from '../../contracts/run/table.ts';
import type { Apply, Observe } from '../run/activities.ts';

interface TokenArgs extends CeremonyRef {
  readonly role: TokenRole;
}

export interface StationPort {
  /** The module of the tokens loads, and the clock is right. */
  observeStation: Observe<CeremonyRef>;
  /** The token is plugged in and unlocked; that of the root holds the pinned certificate. */
  observeToken: Observe<TokenArgs>;
  /** Fails when another key is in its place. */
  observeTokenKey: Observe<CeremonyRef>;
  generateTokenKey: Apply<CeremonyRef>;
  observeAttestation: Observe<CeremonyRef>;
  recordAttestation: Apply<CeremonyRef>;
  observeRequest: Observe<CeremonyRef>;
  signRequest: Apply<CeremonyRef>;
  /** Differs by what the certificate will say, and by the digest of the bytes: what people approve. */
  observeCertificate: Observe<CeremonyRef>;
  /** One signature for each ceremony, however often it is requested. */
  signCertificate: Apply<CeremonyRef>;
  observeRootCrl: Observe<CeremonyRef>;
  signRootCrl: Apply<CeremonyRef>;
  /** The token of the intermediate is plugged in again and unlocked, until its certificate was imported. */
  observeTokenBack: Observe<CeremonyRef>;
  /** The intermediate's token holds its certificate beside its key. Fails when another one is in its place. */
  observeCertificateImported: Observe<CeremonyRef>;
  importCertificate: Apply<CeremonyRef>;
  /** As observeStation and observeToken, for a CRL without a ceremony. */
  observeCrlStation: Observe<CrlRef>;
  observeCrlToken: Observe<CrlRef>;
  /** The CRL with the highest number that was reserved is signed. */
  observeNextCrl: Observe<CrlRef>;
  /** Only the highest number is ever signed, and once. */
  signNextCrl: Apply<CrlRef>;
}

export function stationCall<Name extends keyof StationPort>(
  station: string,
  activity: Name,
  args: Parameters<StationPort[Name]>[0],
): ActivityCall {
  return { activity, args, queue: stationQueue(station) };
}

/** As `effect` of ports/index.ts, both at the station. */
export function stationEffect<Observed extends keyof StationPort, Applied extends keyof StationPort>(
  station: string,
  observe: Observed,
  apply: Applied,
  args: Parameters<StationPort[Observed]>[0] & Parameters<StationPort[Applied]>[0],
): Effect {
  return { observe: stationCall(station, observe, args), apply: stationCall(station, apply, args) };
}
