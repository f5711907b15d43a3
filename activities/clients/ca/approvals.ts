// SPDX-License-Identifier: Apache-2.0
// Who approved a certificate or a revocation by an own key, judged anew each time: a record alone is not believed.
import { join } from 'node:path';
import {
  approvalHoldsSeconds,
  approvalMessage,
  type Approved,
  type SignedApproval,
} from '../../../workflows/contracts/authority/approval.ts';
import { ceremonySubject, type Approver } from '../../../workflows/contracts/authority/authority-spec.ts';
import { approvalsFolder, type Ceremony } from '../../../workflows/contracts/authority/ceremony.ts';
import { parseSignedApproval } from '../../../workflows/contracts/authority/ceremony.schema.ts';
import { revocationSubject } from '../../../workflows/contracts/authority/root-crl.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { readBytes, writeOnce } from '../state/written-once.ts';
import type { CeremonyRecords } from './ceremony-records.ts';
import type { RevocationRecord } from './crl-records.ts';
import { sha256 } from './signed.ts';
import { sshSignatureFault } from './ssh-signature.ts';
import { namesIn } from '../state/local-files.ts';

/** A clock that is ahead by more is not believed. @source as much as a certificate is back-dated */
const aheadMilliseconds = 300_000;

/** Something that people approve by their own keys, and who may. */
export interface ToApprove {
  /** Approvals lie in a folder below it. */
  readonly folder: string;
  readonly approved: Approved;
  readonly approvers: readonly Approver[];
  readonly requestedBy: string;
  /** What was requested, for people. */
  readonly what: 'ceremony' | 'revocation';
}

export const certificateToApprove = (
  { folder }: CeremonyRecords,
  { authority, generation, approvers, requestedBy }: Ceremony,
  toBeSigned: Uint8Array,
): ToApprove => ({
  folder,
  approved: { ceremony: ceremonySubject(authority, generation), digest: sha256(toBeSigned) },
  approvers,
  requestedBy,
  what: 'ceremony',
});

export const revocationToApprove = ({ folder, revocation, bytes }: RevocationRecord): ToApprove => ({
  folder,
  approved: {
    revocation: revocationSubject(revocation.authority, revocation.serial),
    digest: sha256(bytes),
  },
  approvers: revocation.approvers,
  requestedBy: revocation.requestedBy,
  what: 'revocation',
});

/** Null for an approval that counts; else why it does not. */
export function approvalFault(
  { approved, approvers, requestedBy, what }: ToApprove,
  { approver, at, signature }: SignedApproval,
  now: number,
): string | null {
  const person = approvers.find(({ name }) => name === approver);
  if (person === undefined) return `${approver} is not among the approvers of the spec`;
  if (approver === requestedBy) return `${approver} requested the ${what}`;
  const time = Date.parse(at);
  if (time > now + aheadMilliseconds) return `its time ${at} is still to come`;
  if (time + approvalHoldsSeconds * 1000 < now) return `it lapsed: it is from ${at}`;
  return sshSignatureFault(person.key, approvalMessage({ ...approved, at }), signature);
}

/** Names of those whose approval counts now, sorted; each once. */
export async function approversOf(toApprove: ToApprove, now: number): Promise<string[]> {
  const names = new Set<string>();
  for (const file of await approvalFiles(toApprove)) {
    const bytes = await readBytes(join(toApprove.folder, file));
    const parsed = parseSignedApproval(jsonOrNull(bytes?.toString('utf8') ?? ''));
    // What cannot be read approves nothing.
    if (parsed.ok && approvalFault(toApprove, parsed.value, now) === null) names.add(parsed.value.approver);
  }
  return [...names].sort();
}

/** Paths below the folder of what they approve, sorted. */
export async function approvalFiles({ folder }: Pick<ToApprove, 'folder'>): Promise<string[]> {
  const names = await namesIn(join(folder, approvalsFolder));
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => `${approvalsFolder}/${name}`);
}

/** @idempotent the same approval is the same file */
export async function writeApproval(
  { folder }: Pick<ToApprove, 'folder'>,
  approval: SignedApproval,
): Promise<void> {
  const text = `${JSON.stringify(approval, null, 2)}\n`;
  const name = `${approval.approver}.${sha256(text).slice(0, 16)}.json`;
  await writeOnce(join(folder, approvalsFolder, name), text);
}
