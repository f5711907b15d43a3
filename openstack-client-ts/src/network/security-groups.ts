// SPDX-License-Identifier: Apache-2.0
// Security groups; their rules are in security-group-rules.ts.
// Each project gets a group `default` from Neutron, when it is first looked at.

import type { Call } from '../call.ts';
import type { Given } from '../entry.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { entryOf, orElse } from '../entry.ts';
import { createResource } from '../resource.ts';

const schema = entryOf({
  id: z.string(),
  name: z.string(),
  projectId: z.string(),
  description: orElse(z.string(), ''),
  stateful: orElse(z.boolean(), true),
});

/** A security group as Neutron has it. */
export interface SecurityGroup extends z.output<typeof schema> {}

/** What a security group is created from; stateful, and letting everything out, by default. */
export type NewSecurityGroup = Given<SecurityGroup, 'name', 'projectId' | 'description' | 'stateful'>;

/** Names are not unique, but for `default` in its project. */
export type SecurityGroupKey = Given<SecurityGroup, 'name', 'projectId'>;
/** What security groups can be listed by. */
export type SecurityGroupFilter = Given<SecurityGroup, never, 'name' | 'projectId'>;
/** What can be changed of a security group. */
export type SecurityGroupChanges = Partial<Omit<NewSecurityGroup, 'projectId'>>;
/** The calls for security groups. */
export type SecurityGroups = Resource<
  SecurityGroup,
  NewSecurityGroup,
  SecurityGroupKey,
  SecurityGroupFilter,
  CallOptions,
  SecurityGroupChanges
>;

/** Binds security groups to calls. */
export function createSecurityGroups(call: Call): SecurityGroups {
  return createResource(call, {
    singular: 'security_group',
    plural: 'security_groups',
    path: '/security-groups',
    updateMethod: 'PUT',
    schema,
    filters: ['name', 'projectId'],
    keyOf: ({ name, projectId }: NewSecurityGroup) => ({ name, projectId }),
  });
}
