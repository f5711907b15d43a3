// SPDX-License-Identifier: Apache-2.0
// What Keystone said seconds ago of credentials that were just made: their ids, and which of them let in. Asks nothing.
import type {
  CredentialArgs,
  PendingCredential,
} from '../../../workflows/contracts/credentials/credential.ts';

/** @source as long as a client is lent: a rotation of one user takes two seconds, and nothing older is believed */
const believedMilliseconds = 15_000;

interface Issued {
  /** Null: Keystone was not asked to make it yet. */
  readonly id: string | null;
  readonly isProven: boolean;
  readonly until: number;
}

/** By the name of a credential, whose last part is drawn by chance: no other credential ever has it. */
const issued = new Map<string, Issued>();

const keyOf = ({ domain, user }: CredentialArgs, { name }: Pick<PendingCredential, 'name'>): string =>
  [domain, user.name, name].join('\n');

/** Null when it cannot be there yet; undefined when nothing is known of it. */
export function issuedId(
  args: CredentialArgs,
  pending: Pick<PendingCredential, 'name'>,
): string | null | undefined {
  return believed(args, pending)?.id;
}

/** The id of a credential that let in with its roles; null when that was not seen lately. */
export function provenId(args: CredentialArgs, pending: Pick<PendingCredential, 'name'>): string | null {
  const found = believed(args, pending);
  return found?.isProven === true ? found.id : null;
}

export function rememberIssued(
  args: CredentialArgs,
  pending: Pick<PendingCredential, 'name'>,
  id: string | null,
  isProven = false,
): void {
  const now = performance.now();
  for (const [key, { until }] of issued) if (until <= now) issued.delete(key);
  issued.set(keyOf(args, pending), { id, isProven, until: now + believedMilliseconds });
}

export function forgetIssued(args: CredentialArgs, pending: Pick<PendingCredential, 'name'>): void {
  issued.delete(keyOf(args, pending));
}

function believed(args: CredentialArgs, pending: Pick<PendingCredential, 'name'>): Issued | undefined {
  const found = issued.get(keyOf(args, pending));
  return found !== undefined && performance.now() < found.until ? found : undefined;
}
