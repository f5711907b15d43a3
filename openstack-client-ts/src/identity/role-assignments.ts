// SPDX-License-Identifier: Apache-2.0
// Who has which role on what. Inherited assignments are listed but not made.

import type { Call } from '../call.ts';
import type { CallOptions, Query } from '../http/http.ts';
import type { ListOptions } from '../paging.ts';

import { z } from 'zod';
import { isOpenStackError } from '../errors.ts';
import { segment } from '../http/http.ts';
import { listAll } from '../paging.ts';

/** Who gets a role. */
export type Assignee = { userId: string } | { groupId: string };
/** What a role is on. */
export type AssignmentScope = { projectId: string } | { domainId: string } | { system: true };

/** One role for one user or group on one project, one domain or the whole system. */
export type NewRoleAssignment = { roleId: string } & Assignee & AssignmentScope;

/** An assignment as Keystone lists it; exactly one of user and group, and one of the scopes, is there. */
export interface RoleAssignment {
  roleId: string;
  userId: string | undefined;
  groupId: string | undefined;
  projectId: string | undefined;
  domainId: string | undefined;
  system: boolean;
  inherited: boolean;
}

/** What assignments can be listed by; without any field, all of the deployment. */
export interface RoleAssignmentFilter {
  roleId?: string | undefined;
  userId?: string | undefined;
  groupId?: string | undefined;
  projectId?: string | undefined;
  domainId?: string | undefined;
  /** Only the assignments on the system. */
  system?: true | undefined;
}

/** The calls for role assignments; every one throws OpenStackError. */
export interface RoleAssignments {
  /** Idempotent. */
  assign(assignment: NewRoleAssignment, options?: CallOptions): Promise<void>;
  /** Idempotent: one that is gone already counts as taken back. */
  unassign(assignment: NewRoleAssignment, options?: CallOptions): Promise<void>;
  list(filter?: RoleAssignmentFilter, options?: ListOptions): Promise<RoleAssignment[]>;
}

const reference = z.object({ id: z.string() }).nullish();

const schema = z
  .object({
    role: z.object({ id: z.string() }),
    user: reference,
    group: reference,
    scope: z.object({
      project: reference,
      domain: reference,
      system: z.object({ all: z.boolean() }).nullish(),
      'OS-INHERIT:inherited_to': z.string().nullish(),
    }),
  })
  .transform(({ role, user, group, scope }): RoleAssignment => ({
    roleId: role.id,
    userId: user?.id,
    groupId: group?.id,
    projectId: scope.project?.id,
    domainId: scope.domain?.id,
    system: scope.system?.all === true,
    inherited: Boolean(scope['OS-INHERIT:inherited_to']),
  }));

/** Binds role assignments to calls. */
export function createRoleAssignments(call: Call): RoleAssignments {
  return {
    assign: async (assignment, { signal } = {}) => {
      await call({ method: 'PUT', path: pathOf(assignment), schema: z.unknown(), signal });
    },
    unassign: async (assignment, { signal } = {}) => {
      try {
        await call({ method: 'DELETE', path: pathOf(assignment), schema: z.unknown(), signal });
      } catch (error) {
        if (!isOpenStackError(error, 'not-found')) throw error;
      }
    },
    list: (filter = {}, { signal, pageSize } = {}) => {
      const path = '/role_assignments';
      return listAll({
        call,
        path,
        query: queryOf(filter),
        envelope: 'role_assignments',
        schema,
        signal,
        pageSize,
      });
    },
  };
}

function pathOf(assignment: NewRoleAssignment): string {
  const assignee =
    'userId' in assignment ? `users/${segment(assignment.userId)}` : `groups/${segment(assignment.groupId)}`;
  return `${scopePathOf(assignment)}/${assignee}/roles/${segment(assignment.roleId)}`;
}

function scopePathOf(scope: AssignmentScope): string {
  if ('projectId' in scope) return `/projects/${segment(scope.projectId)}`;
  return 'domainId' in scope ? `/domains/${segment(scope.domainId)}` : '/system';
}

function queryOf(filter: RoleAssignmentFilter): Query {
  return {
    'role.id': filter.roleId,
    'user.id': filter.userId,
    'group.id': filter.groupId,
    'scope.project.id': filter.projectId,
    'scope.domain.id': filter.domainId,
    'scope.system': filter.system && 'all',
  };
}
