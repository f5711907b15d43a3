// SPDX-License-Identifier: Apache-2.0
// Who approved the certificate of a ceremony by an own key, judged anew each time: a record alone is not believed.
import { join } from 'node:path';
import {
  approvalHoldsSeconds,
  approvalMessage,
  type SignedApproval,
} from '../../../workflows/contracts/authority/approval.ts';
import { ceremonySubject } from '../../../workflows/contracts/authority/authority-spec.ts';
import { approvalsFolder, type Ceremony } from '../../../workflows/contracts/authority/ceremony.ts';
import { parseSignedApproval } from '../../../workflows/contracts/authority/ceremony.schema.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { readBytes, writeOnce } from '../state/written-once.ts';
import type { CeremonyRecords } from './ceremony-records.ts';
import { sha256 } from './signed.ts';
import { sshSignatureFault } from './ssh-signature.ts';
import { namesIn } from '../state/local-files.ts';

/** A clock that is ahead by more is not believed. @source as much as a certificate is back-dated */
const aheadMilliseconds = 300_000;

/** Null for an approval that counts; else why it does not. */
export function approvalFault(
  ceremony: Ceremony,
  toBeSigned: Uint8Array,
  { approver, at, signature }: SignedApproval,
  now: number,
): string | null {
  const person = ceremony.approvers.find(({ name }) => name === approver);
  if (person === undefined) return `${approver} is not among the approvers of the spec`;
  if (approver === ceremony.requestedBy) return `${approver} requested the ceremony`;
  const time = Date.parse(at);
  if (time > now + aheadMilliseconds) return `its time ${at} is still to come`;
  if (time + approvalHoldsSeconds * 1000 < now) return `it lapsed: it is from ${at}`;
  const message = approvalMessage({
    ceremony: ceremonySubject(ceremony.authority, ceremony.generation),
    digest: sha256(toBeSigned),
    at,
  });
  return sshSignatureFault(person.key, message, signature);
}

/** Names of those whose approval counts now, sorted; each once. */
export async function approversOf(
  records: CeremonyRecords,
  ceremony: Ceremony,
  toBeSigned: Uint8Array,
  now: number,
): Promise<string[]> {
  const names = new Set<string>();
  for (const file of await approvalFiles(records)) {
    const bytes = await readBytes(join(records.folder, file));
    const parsed = parseSignedApproval(jsonOrNull(bytes?.toString('utf8') ?? ''));
    // What cannot be read approves nothing.
    if (parsed.ok && approvalFault(ceremony, toBeSigned, parsed.value, now) === null)
      names.add(parsed.value.approver);
  }
  return [...names].sort();
}

/** Paths below the folder of the ceremony, sorted. */
export async function approvalFiles({ folder }: CeremonyRecords): Promise<string[]> {
  const names = await namesIn(join(folder, approvalsFolder));
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => `${approvalsFolder}/${name}`);
}

/** @idempotent the same approval is the same file */
export async function writeApproval({ folder }: CeremonyRecords, approval: SignedApproval): Promise<void> {
  const text = `${JSON.stringify(approval, null, 2)}\n`;
  const name = `${approval.approver}.${sha256(text).slice(0, 16)}.json`;
  await writeOnce(join(folder, approvalsFolder, name), text);
}
