// SPDX-License-Identifier: Apache-2.0
// Begins a ceremony: pins its profile and reserves what must not be chosen twice, the serial number of the certificate.
import type { Ceremony } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CeremonyWish } from '../../workflows/ports/authority/ceremony.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { periodFrom, requireWithin } from '../clients/ca/expected.ts';
import { newSerialNumber } from '../clients/ca/serial-number.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { Failure } from '../clients/failure.ts';

/** @throws Failure PreconditionFailed for a root that cannot sign it, and for a generation that another profile used */
export async function ceremonyDifferences(state: string, wish: CeremonyWish): Promise<Difference[]> {
  const records = new CeremonyRecords(state, wish);
  const recorded = await records.ceremony();
  requireRoot(wish, recorded === null ? Date.now() : Date.parse(recorded.reservedAt));
  const what = `ceremony ${wish.generation} of ${wish.authority}`;
  if (recorded === null) return [{ what, have: 'none', want: 'reserved' }];
  requireSameWish(records, recorded, wish);
  return [];
}

/** Idempotent: of two that begin at once the first one's number stays. */
export async function reserveCeremony(state: string, wish: CeremonyWish): Promise<string> {
  const records = new CeremonyRecords(state, wish);
  if ((await records.ceremony()) === null) {
    const now = Date.now();
    requireRoot(wish, now);
    const ceremony: Ceremony = {
      authority: wish.authority,
      generation: wish.generation,
      root: wish.root,
      intermediate: wish.intermediate,
      profile: wish.profile,
      approvals: wish.approvals,
      approvers: wish.approvers,
      serialNumber: newSerialNumber(),
      reservedAt: new Date(now).toISOString(),
      requestedBy: wish.requestedBy,
    };
    await records.offer('ceremony', ceremony);
  }
  const recorded = await records.requireCeremony();
  requireSameWish(records, recorded, wish);
  return `serial number ${recorded.serialNumber}`;
}

function requireRoot({ root, profile }: CeremonyWish, now: number): void {
  requireWithin(pinnedRoot(root), periodFrom(now, profile.lifetime));
}

/** Who asked first stays recorded, whoever asks later. */
function requireSameWish(records: CeremonyRecords, recorded: Ceremony, wish: CeremonyWish): void {
  const textOf = (each: CeremonyWish): string =>
    JSON.stringify([each.root, each.intermediate, each.profile, each.approvals, each.approvers]);
  if (textOf(recorded) === textOf(wish)) return;
  throw new Failure('PreconditionFailed', `The generation ${wish.generation} was begun with another spec`, {
    on: records.path('ceremony'),
    hint: 'Go on with the spec that it was begun with, or raise profile.generation, record it again and start again',
  });
}
