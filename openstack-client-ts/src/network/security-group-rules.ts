// SPDX-License-Identifier: Apache-2.0
// The rules of security groups. A rule is never changed: delete it and create another.

import type { Call } from '../call.ts';
import type { Resource } from '../resource.ts';
import type { NewTraffic, Traffic } from './traffic-rule.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';
import { equalRuleIn, isSameTraffic, trafficKey, trafficOf, trafficShape } from './traffic-rule.ts';

/** A rule as Neutron has it. */
export interface SecurityGroupRule extends Traffic {
  id: string;
  securityGroupId: string;
  projectId: string;
  description: string;
}

/** What a rule is created from. */
export type NewSecurityGroupRule = NewTraffic & {
  securityGroupId: string;
  description?: string | undefined;
};

/** The group and all of the traffic: a field that is absent is found absent only. */
export type SecurityGroupRuleKey = NewTraffic & { securityGroupId: string };
/** What rules can be listed by. */
export type SecurityGroupRuleFilter = Partial<SecurityGroupRuleKey> & { projectId?: string | undefined };
/** The calls for rules. */
export type SecurityGroupRules = Omit<
  Resource<SecurityGroupRule, NewSecurityGroupRule, SecurityGroupRuleKey, SecurityGroupRuleFilter>,
  'update'
>;

const schema = z
  .object({
    ...trafficShape,
    id: z.string(),
    security_group_id: z.string(),
    project_id: z.string(),
    description: z.string().nullish(),
  })
  .transform((wire): SecurityGroupRule => ({
    ...trafficOf(wire),
    id: wire.id,
    securityGroupId: wire.security_group_id,
    projectId: wire.project_id,
    description: wire.description ?? '',
  }));

/** Binds rules to calls. */
export function createSecurityGroupRules(call: Call): SecurityGroupRules {
  const rules = createResource<
    SecurityGroupRule,
    NewSecurityGroupRule,
    SecurityGroupRuleKey,
    SecurityGroupRuleFilter
  >(call, {
    singular: 'security_group_rule',
    plural: 'security_group_rules',
    path: '/security-group-rules',
    schema,
    filters: ['securityGroupId', 'direction'],
    keyOf: (input) => ({ ...trafficKey(input), securityGroupId: input.securityGroupId }),
    rivalIn: equalRuleIn,
    fits: (item, key) => item.securityGroupId === key.securityGroupId && isSameTraffic(item, key),
  });
  const { list, get, find, create, ensure } = rules;
  return { list, get, find, create, ensure, delete: rules.delete };
}
