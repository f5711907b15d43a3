// SPDX-License-Identifier: Apache-2.0
// Security groups; their rules are in security-group-rules.ts.
// Each project gets a group `default` from Neutron, when it is first looked at.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { Resource } from '../resource.ts';

import { z } from 'zod';
import { createResource } from '../resource.ts';

/** A security group as Neutron has it. */
export interface SecurityGroup {
  id: string;
  name: string;
  projectId: string;
  description: string;
  stateful: boolean;
}

/** What a security group is created from; stateful, and letting everything out, by default. */
export interface NewSecurityGroup {
  name: string;
  projectId?: string | undefined;
  description?: string | undefined;
  stateful?: boolean | undefined;
}

/** Names are not unique, but for `default` in its project. */
export type SecurityGroupKey = { name: string; projectId?: string | undefined };
/** What security groups can be listed by. */
export type SecurityGroupFilter = { name?: string | undefined; projectId?: string | undefined };
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

const schema = z
  .object({
    id: z.string(),
    name: z.string(),
    project_id: z.string(),
    description: z.string().nullish(),
    stateful: z.boolean().nullish(),
  })
  .transform(({ id, name, ...wire }): SecurityGroup => ({
    id,
    name,
    projectId: wire.project_id,
    description: wire.description ?? '',
    stateful: wire.stateful ?? true,
  }));

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
