// SPDX-License-Identifier: Apache-2.0
// The rules of security groups. A rule is never changed: delete it and create another.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';
import type { NewTraffic } from './traffic-rule.ts';

import { z } from 'zod';
import { entryOf, orElse } from '../entry.ts';
import { createResource } from '../resource.ts';
import { equalRuleIn, isSameTraffic, trafficKey, trafficFields } from './traffic-rule.ts';

const schema = entryOf({
  ...trafficFields,
  id: z.string(),
  securityGroupId: z.string(),
  projectId: z.string(),
  description: orElse(z.string(), ''),
});

/** A rule as Neutron has it. */
export interface SecurityGroupRule extends z.output<typeof schema> {}

/** What a rule is created from. */
export type NewSecurityGroupRule = NewTraffic & Given<SecurityGroupRule, 'securityGroupId', 'description'>;

/** The group and all of the traffic: a field that is absent is found absent only. */
export type SecurityGroupRuleKey = NewTraffic & { securityGroupId: string };
/** What rules can be listed by. */
export type SecurityGroupRuleFilter = Partial<SecurityGroupRuleKey> & { projectId?: string | undefined };
/** The calls for rules. */
export type SecurityGroupRules = Omit<
  Resource<SecurityGroupRule, NewSecurityGroupRule, SecurityGroupRuleKey, SecurityGroupRuleFilter>,
  'update'
>;

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
