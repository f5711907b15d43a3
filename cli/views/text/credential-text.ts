// SPDX-License-Identifier: Apache-2.0
// Application credentials as text: a line a user, with its life as a bar. Reads no clock.
import type { CredentialStatus } from '../../../workflows/contracts/credentials/credential.ts';
import { aligned } from '../../terminal/columns.ts';

/** Characters of the bar of a whole life. */
const barWidth = 20;

/** `withMore`: also the credential's own name and when it was made. */
export function credentialLines(users: readonly CredentialStatus[], now: number, withMore = false): string[] {
  const steps = users.map((each) => [
    each.user,
    String(each.generation),
    barOf(each, now),
    inDays(each.dueAt, now),
    inDays(each.expiresAt, now),
    each.roles.join(' '),
    ...(withMore ? [each.name, each.createdAt] : []),
    stateOf(each, now),
  ]);
  const more = withMore ? ['CREDENTIAL', 'MADE'] : [];
  return aligned([['USER', 'GENERATION', 'LIFE', 'DUE', 'EXPIRES', 'ROLES', ...more, ''], ...steps]);
}

/** `#` for what is spent, `|` where it is due. */
function barOf({ createdAt, dueAt, expiresAt }: CredentialStatus, now: number): string {
  const [start, due, end] = [createdAt, dueAt, expiresAt].map((time) => Date.parse(time)) as [
    number,
    number,
    number,
  ];
  const at = (time: number): number => Math.floor(((time - start) / (end - start)) * barWidth);
  const cells = Array.from({ length: barWidth }, (_, index): string => (index < at(now) ? '#' : '.'));
  cells[Math.min(barWidth - 1, at(due))] = '|';
  return `[${cells.join('')}]`;
}

function stateOf(status: CredentialStatus, now: number): string {
  const { expiresAt, dueAt, previous } = status;
  if (now >= Date.parse(expiresAt)) return 'expired';
  if (status.hasLeft === true) return 'left the spec, deleted by the next rotation';
  const states = [
    now >= Date.parse(dueAt) ? 'due' : '',
    useOf(status),
    previous === null ? '' : `generation ${previous.generation} not yet retired`,
  ];
  return states.filter((state) => state !== '').join(', ');
}

function useOf({ acknowledgedAt, awaited }: CredentialStatus): string {
  if (acknowledgedAt !== null) return 'in use';
  if (awaited === undefined) return 'not yet seen in use';
  return awaited.length === 0 ? '' : `not acknowledged by ${awaited.join(' ')}`;
}

/** `in 12d`, `in 5h`, `3d ago`. */
function inDays(time: string, now: number): string {
  const hours = Math.round((Date.parse(time) - now) / 3_600_000);
  const span = Math.abs(hours) >= 48 ? `${Math.round(Math.abs(hours) / 24)}d` : `${Math.abs(hours)}h`;
  return hours >= 0 ? `in ${span}` : `${span} ago`;
}
