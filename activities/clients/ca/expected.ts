// SPDX-License-Identifier: Apache-2.0
// The bytes that a ceremony's records lead to. Before a signature they are made again and compared: a record alone is not believed.
import { AsnConvert } from '@peculiar/asn1-schema';
import { TBSCertificate } from '@peculiar/asn1-x509';
import { daysOf } from '../../../workflows/contracts/authority/authority-spec.ts';
import type { Ceremony } from '../../../workflows/contracts/authority/ceremony.ts';
import type { CrlReservation, CrlTimes } from '../../../workflows/contracts/authority/root-crl.ts';
import { Failure } from '../failure.ts';
import { pinnedRoot, type Root } from './root.ts';
import { crlToBeSigned, intermediateToBeSigned, type Period } from './to-be-signed.ts';

const dayMilliseconds = 86_400_000;
/** A certificate is valid from five minutes ago, for clocks that lag a little. */
const backdateMilliseconds = 300_000;

/** From five minutes before `now`; X.509 knows whole seconds. */
export function periodFrom(now: number, lifetime: string): Period {
  const days = daysOf(lifetime);
  if (days === null) throw new Failure('Invariant', `${lifetime} is no length`, { on: 'profile' });
  const from = Math.floor((now - backdateMilliseconds) / 1000) * 1000;
  return { from: new Date(from), until: new Date(from + days * dayMilliseconds) };
}

/** @throws Failure PreconditionFailed when the root ends before the certificate would */
export function requireWithin(root: Root, period: Period): void {
  const isWithin = root.period.from <= period.from && period.until <= root.period.until;
  if (isWithin) return;
  const days = Math.floor((root.period.until.getTime() - period.from.getTime()) / dayMilliseconds);
  throw new Failure('PreconditionFailed', 'The intermediate would not be valid within the life of its root', {
    on: 'profile.lifetime',
    cause: `the root is valid from ${root.period.from.toISOString()} until ${root.period.until.toISOString()}`,
    hint:
      days < 1
        ? 'The root has ended or has not begun: a new root is needed'
        : `Name a lifetime of at most ${days}d, record the spec again, then start again`,
  });
}

export function expectedIntermediate(ceremony: Ceremony, publicKey: Uint8Array, period: Period): Buffer {
  const root = pinnedRoot(ceremony.root);
  requireWithin(root, period);
  return intermediateToBeSigned(ceremony.profile, ceremony.serialNumber, publicKey, root, period);
}

export function expectedCrl({ root, number, revoked }: CrlReservation, times: CrlTimes): Buffer {
  return crlToBeSigned(pinnedRoot(root), number, revoked, periodOf(times));
}

/** From five minutes before `now`. */
export function crlTimes({ lifetime }: CrlReservation, now: number): CrlTimes {
  const { from, until } = periodFrom(now, lifetime);
  return { thisUpdate: from.toISOString(), nextUpdate: until.toISOString() };
}

/** Why recorded bytes are not what the ceremony leads to with the times that they name themselves; null when they are. */
export function intermediateFault(
  ceremony: Ceremony,
  publicKey: Uint8Array,
  toBeSigned: Uint8Array,
): string | null {
  return fault(toBeSigned, () => {
    const { notBefore, notAfter } = AsnConvert.parse(Buffer.from(toBeSigned), TBSCertificate).validity;
    const period = { from: notBefore.getTime(), until: notAfter.getTime() };
    if (lengthOf(period) !== daysOf(ceremony.profile.lifetime)) return null;
    return expectedIntermediate(ceremony, publicKey, period);
  });
}

export function crlFault(
  reservation: CrlReservation,
  times: CrlTimes,
  toBeSigned: Uint8Array,
): string | null {
  return fault(toBeSigned, () =>
    lengthOf(periodOf(times)) === daysOf(reservation.lifetime) ? expectedCrl(reservation, times) : null,
  );
}

const periodOf = ({ thisUpdate, nextUpdate }: CrlTimes): Period => ({
  from: new Date(thisUpdate),
  until: new Date(nextUpdate),
});

const lengthOf = ({ from, until }: Period): number => (until.getTime() - from.getTime()) / dayMilliseconds;

function fault(toBeSigned: Uint8Array, expected: () => Buffer | null): string | null {
  let bytes: Buffer | null;
  try {
    bytes = expected();
  } catch (error) {
    if (error instanceof Failure) throw error;
    return 'they cannot be read';
  }
  return bytes !== null && bytes.equals(toBeSigned) ? null : 'they are not what the profile leads to';
}
