// SPDX-License-Identifier: Apache-2.0
// Records what certificate is to be revoked and why, as people approve it. Revokes nothing: the root's next CRL does.
import type { Revocation } from '../../workflows/contracts/authority/root-crl.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { RevocationRequest } from '../../workflows/ports/authority/ceremony.ts';
import { offerRevocation, revocationRecord } from '../clients/ca/crl-records.ts';
import { requireRevocation } from '../clients/ca/root-crls.ts';
import { sha256 } from '../clients/ca/signed.ts';

/** Whoever asked first stays recorded, with the reason and the approvers of then. */
export async function revocationDifferences(
  state: string,
  { authority, serial, why }: RevocationRequest,
): Promise<Difference[]> {
  if ((await revocationRecord(state, authority, serial)) !== null) return [];
  return [{ what: `revocation of ${serial}`, have: 'none', want: `recorded: ${why}` }];
}

export async function recordRevocation(state: string, request: RevocationRequest): Promise<string> {
  const revocation: Revocation = {
    authority: request.authority,
    serial: request.serial,
    why: request.why,
    approvals: request.approvals,
    approvers: request.approvers,
    requestedAt: new Date().toISOString(),
    requestedBy: request.requestedBy,
  };
  await offerRevocation(state, revocation);
  const { bytes } = await requireRevocation(state, request.authority, request.serial);
  return `SHA-256 ${sha256(bytes)}`;
}
