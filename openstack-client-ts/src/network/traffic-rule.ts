// SPDX-License-Identifier: Apache-2.0
// What the rules of security groups and those of new default groups have in common: which traffic they let through.
// It makes no calls.

import type { OpenStackError } from '../errors.ts';

import { z } from 'zod';

/** The traffic a rule lets through; what is absent is not restricted. */
export interface Traffic {
  direction: 'ingress' | 'egress';
  /** Default `IPv4`. */
  ethertype: 'IPv4' | 'IPv6';
  /** A name such as `tcp`, or a number as text. */
  protocol: string | undefined;
  /** The first port, or the type of ICMP. */
  portRangeMin: number | undefined;
  /** The last port, or the code of ICMP. */
  portRangeMax: number | undefined;
  remoteIpPrefix: string | undefined;
  remoteGroupId: string | undefined;
}

/** The traffic of a new rule. */
export type NewTraffic = Pick<Traffic, 'direction'> & { [Name in keyof Traffic]?: Traffic[Name] | undefined };

/** The part of a rule that says which traffic it is for, as Neutron writes it. */
export const trafficShape = {
  direction: z.enum(['ingress', 'egress']),
  ethertype: z.enum(['IPv4', 'IPv6']),
  protocol: z.string().nullish(),
  port_range_min: z.number().nullish(),
  port_range_max: z.number().nullish(),
  remote_ip_prefix: z.string().nullish(),
  remote_group_id: z.string().nullish(),
};

const wireSchema = z.object(trafficShape);

/** The traffic as we write it. */
export function trafficOf(wire: z.infer<typeof wireSchema>): Traffic {
  return {
    direction: wire.direction,
    ethertype: wire.ethertype,
    protocol: wire.protocol ?? undefined,
    portRangeMin: wire.port_range_min ?? undefined,
    portRangeMax: wire.port_range_max ?? undefined,
    remoteIpPrefix: wire.remote_ip_prefix ?? undefined,
    remoteGroupId: wire.remote_group_id ?? undefined,
  };
}

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
