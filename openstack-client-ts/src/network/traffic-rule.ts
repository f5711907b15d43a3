// SPDX-License-Identifier: Apache-2.0
// What the rules of security groups and those of new default groups have in common: which traffic they let through.
// It makes no calls.

import type { Entry, Given } from '../entry.ts';
import type { OpenStackError } from '../errors.ts';

import { z } from 'zod';
import { orNone } from '../entry.ts';

/** The part of a rule that says which traffic it lets through; what is absent is not restricted. */
export const trafficFields = {
  direction: z.enum(['ingress', 'egress']),
  /** Default `IPv4`. */
  ethertype: z.enum(['IPv4', 'IPv6']),
  /** A name such as `tcp`, or a number as text. */
  protocol: orNone(z.string()),
  /** The first port, or the type of ICMP. */
  portRangeMin: orNone(z.number()),
  /** The last port, or the code of ICMP. */
  portRangeMax: orNone(z.number()),
  remoteIpPrefix: orNone(z.string()),
  remoteGroupId: orNone(z.string()),
};

/** The traffic a rule lets through. */
export interface Traffic extends Entry<typeof trafficFields> {}

/** The traffic of a new rule. */
export type NewTraffic = Given<Traffic, 'direction', Exclude<keyof Traffic, 'direction'>>;

/** The traffic alone, with every field there, so that it can be compared. */
export function trafficKey(traffic: NewTraffic): Traffic {
  return {
    direction: traffic.direction,
    ethertype: traffic.ethertype ?? 'IPv4',
    protocol: traffic.protocol,
    portRangeMin: traffic.portRangeMin,
    portRangeMax: traffic.portRangeMax,
    remoteIpPrefix: traffic.remoteIpPrefix,
    remoteGroupId: traffic.remoteGroupId,
  };
}

/**
 * The id of the rule Neutron names when it refuses an equal one. Only it knows which are equal to it: `TCP` and `6` are
 * `tcp`, and `0.0.0.0/0` is no restriction.
 */
export function equalRuleIn({ message }: OpenStackError): string | undefined {
  return /Rule id is ([0-9a-f-]{36})/.exec(message)?.[1];
}

/** Whether two rules are for the same traffic; a field that is absent equals only an absent one. */
export function isSameTraffic(one: NewTraffic, other: NewTraffic): boolean {
  const [left, right] = [trafficKey(one), trafficKey(other)];
  return (Object.keys(left) as (keyof Traffic)[]).every((name) => left[name] === right[name]);
}
