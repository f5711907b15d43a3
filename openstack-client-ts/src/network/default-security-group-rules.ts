// SPDX-License-Identifier: Apache-2.0
// The rules that new security groups begin with; groups that exist are not touched by them.
// Neutron has them since 2023.2.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { Resource } from '../resource.ts';
import type { NewTraffic } from './traffic-rule.ts';

import { z } from 'zod';
import { entryOf, orElse } from '../entry.ts';
import { snakeCased } from '../key.ts';
import { createResource } from '../resource.ts';
import { equalRuleIn, isSameTraffic, trafficKey, trafficFields } from './traffic-rule.ts';

const schema = entryOf({
  ...trafficFields,
  id: z.string(),
  /** Whether a project's group `default` begins with it. */
  usedInDefaultSg: z.boolean(),
  /** Whether other groups begin with it. */
  usedInNonDefaultSg: z.boolean(),
  description: orElse(z.string(), ''),
});

/** A rule as Neutron has it; the remote group `PARENT` stands for the group that gets the rule. */
export interface DefaultSecurityGroupRule extends z.output<typeof schema> {}

/** What a rule is created from; for groups other than `default` by default. */
export type NewDefaultSecurityGroupRule = NewTraffic &
  Given<DefaultSecurityGroupRule, never, 'usedInDefaultSg' | 'usedInNonDefaultSg' | 'description'>;

/** All of the traffic and the groups it is for: a field that is absent is found absent only. */
export type DefaultSecurityGroupRuleKey = Omit<NewDefaultSecurityGroupRule, 'description'>;
/** What rules can be listed by. */
export type DefaultSecurityGroupRuleFilter = Partial<DefaultSecurityGroupRuleKey>;
/** The calls for rules. */
export type DefaultSecurityGroupRules = Omit<
  Resource<
    DefaultSecurityGroupRule,
    NewDefaultSecurityGroupRule,
    DefaultSecurityGroupRuleKey,
    DefaultSecurityGroupRuleFilter
  >,
  'update'
>;

/** Binds rules to calls. */
export function createDefaultSecurityGroupRules(call: Call): DefaultSecurityGroupRules {
  const rules = createResource<
    DefaultSecurityGroupRule,
    NewDefaultSecurityGroupRule,
    DefaultSecurityGroupRuleKey,
    DefaultSecurityGroupRuleFilter
  >(call, {
    singular: 'default_security_group_rule',
    plural: 'default_security_group_rules',
    path: '/default-security-group-rules',
    schema,
    filters: ['direction'],
    // Neutron wants to be told both, although it has defaults.
    toWire: (fields) => snakeCased({ ...fields, ...groupsOf(fields) }),
    keyOf: (input) => ({ ...trafficKey(input), ...groupsOf(input) }),
    rivalIn: equalRuleIn,
    fits: (item, key) => {
      const { usedInDefaultSg, usedInNonDefaultSg } = groupsOf(key);
      const isForSameGroups =
        item.usedInDefaultSg === usedInDefaultSg && item.usedInNonDefaultSg === usedInNonDefaultSg;
      return isForSameGroups && isSameTraffic(item, key);
    },
  });
  const { list, get, find, create, ensure } = rules;
  return { list, get, find, create, ensure, delete: rules.delete };
}

/** With Neutron's own defaults. */
function groupsOf(rule: Partial<DefaultSecurityGroupRuleKey>): {
  usedInDefaultSg: boolean;
  usedInNonDefaultSg: boolean;
} {
  const { usedInDefaultSg = false, usedInNonDefaultSg = true } = rule;
  return { usedInDefaultSg, usedInNonDefaultSg };
}
