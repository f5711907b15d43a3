// SPDX-License-Identifier: Apache-2.0
// The undecided destinations of a mirror's proxy as text. Reads no clock.
import { allowedPorts } from '../../../workflows/contracts/mirror/proxy/access-log.ts';
import type {
  RefusedDestination,
  SeenDestinations,
} from '../../../workflows/contracts/mirror/proxy/seen-destinations.ts';
import { aligned } from '../../terminal/columns.ts';
import { agoText } from '../../terminal/time-text.ts';

/** Or why it is not known. */
export type ProxySeen = SeenDestinations | { readonly cause: string };

export function proxyLines(name: string, seen: ProxySeen, now: number): string[] {
  if ('cause' in seen) return ['', `Proxy: what it refused is not known: ${seen.cause}`];
  const { unknown, count } = seen;
  if (count === 0) return ['', 'Proxy: clients asked for no unknown destination'];
  const lines = unknown.map(({ destination, requests, clients, lastAt, verdict }) => [
    destination,
    String(requests),
    clientsText(clients),
    agoText(new Date(lastAt * 1000).toISOString(), now),
    verdict === 'port' ? `only ports ${allowedPorts.join(' and ')} are let through` : '',
  ]);
  const more = count - unknown.length;
  return [
    '',
    ...aligned([['UNKNOWN', 'REQUESTS', 'CLIENTS', 'LAST', ''], ...lines]),
    ...(more > 0 ? [`and ${more} more: holdfast mirrors audit ${name}`] : []),
    ...decisionLines(name, unknown),
  ];
}

const clientsText = ([first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? first : `${first} and ${others.length} more`;

function decisionLines(name: string, unknown: readonly RefusedDestination[]): string[] {
  const open = unknown.find(({ verdict }) => verdict === 'open');
  if (open === undefined) return [];
  const [allow, refuse] = ['allow', 'refuse'].map((word) => `holdfast mirrors ${word} ${name} ${open.host}`);
  return [`next: ${allow}, or ${refuse}`];
}
