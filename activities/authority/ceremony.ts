// SPDX-License-Identifier: Apache-2.0
// Begins a ceremony: pins its profile and reserves what must not be chosen twice, the serial number of the certificate.
import type { Ceremony } from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CeremonyRequest } from '../../workflows/ports/authority/ceremony.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { periodFrom, requireWithin } from '../clients/ca/expected.ts';
import { newSerialNumber } from '../clients/ca/serial-number.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { Failure } from '../clients/failure.ts';

/** @throws Failure PreconditionFailed for a root that cannot sign it, and for a generation that another profile used */
export async function ceremonyDifferences(state: string, request: CeremonyRequest): Promise<Difference[]> {
  const records = new CeremonyRecords(state, request);
  const recorded = await records.ceremony();
  requireRoot(request, recorded === null ? Date.now() : Date.parse(recorded.reservedAt));
  const what = `ceremony ${request.generation} of ${request.authority}`;
  if (recorded === null) return [{ what, have: 'none', want: 'reserved' }];
  requireSameRequest(records, recorded, request);
  return [];
}

/** Idempotent: of two that begin at once the first one's number stays. */
export async function reserveCeremony(state: string, request: CeremonyRequest): Promise<string> {
  const records = new CeremonyRecords(state, request);
  if ((await records.ceremony()) === null) {
    const now = Date.now();
    requireRoot(request, now);
    const ceremony: Ceremony = {
      authority: request.authority,
      generation: request.generation,
      root: request.root,
      intermediate: request.intermediate,
      profile: request.profile,
      approvals: request.approvals,
      approvers: request.approvers,
      serialNumber: newSerialNumber(),
      reservedAt: new Date(now).toISOString(),
      requestedBy: request.requestedBy,
    };
    await records.offer('ceremony', ceremony);
  }
  const recorded = await records.requireCeremony();
  requireSameRequest(records, recorded, request);
  return `serial number ${recorded.serialNumber}`;
}

function requireRoot({ root, profile }: CeremonyRequest, now: number): void {
  requireWithin(pinnedRoot(root), periodFrom(now, profile.lifetime));
}

/** Who asked first stays recorded, whoever asks later. */
function requireSameRequest(records: CeremonyRecords, recorded: Ceremony, request: CeremonyRequest): void {
  const textOf = (each: CeremonyRequest): string =>
    JSON.stringify([each.root, each.intermediate, each.profile, each.approvals, each.approvers]);
  if (textOf(recorded) === textOf(request)) return;
  throw new Failure(
    'PreconditionFailed',
    `The generation ${request.generation} was begun with another spec`,
    {
      on: records.path('ceremony'),
      hint: 'Go on with the spec that it was begun with, or raise profile.generation, record it again and start again',
    },
  );
}
