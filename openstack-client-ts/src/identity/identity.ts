// SPDX-License-Identifier: Apache-2.0
// Puts Keystone's resources together behind one name.
// All of it goes to the auth URL, as the catalog may be wrong or empty while a cloud is being built.

import type { Call } from '../call.ts';
import type { CallOptions } from '../http/http.ts';
import type { TokenDetails } from '../login/token.ts';
import type { ApplicationCredentials } from './application-credentials.ts';
import type { Domains } from './domains.ts';
import type { Endpoints } from './endpoints.ts';
import type { Projects } from './projects.ts';
import type { Regions } from './regions.ts';
import type { RoleAssignments } from './role-assignments.ts';
import type { Roles } from './roles.ts';
import type { Services } from './services.ts';
import type { Users } from './users.ts';
import type { IdentityVersion } from './version.ts';

import { tokenSchema } from '../login/token.ts';
import { createApplicationCredentials } from './application-credentials.ts';
import { createDomains } from './domains.ts';
import { createEndpoints } from './endpoints.ts';
import { createProjects } from './projects.ts';
import { createRegions } from './regions.ts';
import { createRoleAssignments } from './role-assignments.ts';
import { createRoles } from './roles.ts';
import { createServices } from './services.ts';
import { createUsers } from './users.ts';
import { versionSchema } from './version.ts';

/** Keystone v3. */
export interface Identity {
  readonly domains: Domains;
  readonly projects: Projects;
  readonly users: Users;
  readonly roles: Roles;
  readonly roleAssignments: RoleAssignments;
  readonly services: Services;
  readonly endpoints: Endpoints;
  readonly regions: Regions;
  readonly applicationCredentials: ApplicationCredentials;
  /** The API version, asked without a token. */
  discoverVersion(options?: CallOptions): Promise<IdentityVersion>;
  /** What a token stands for; throws `not-found` when it is unknown, expired or revoked. */
  validateToken(token: string, options?: CallOptions): Promise<TokenDetails>;
}

/** Binds the resources to calls with and without a token. */
export function createIdentity(call: Call, callUnauthenticated: Call): Identity {
  return {
    domains: createDomains(call),
    projects: createProjects(call),
    users: createUsers(call),
    roles: createRoles(call),
    roleAssignments: createRoleAssignments(call),
    services: createServices(call),
    endpoints: createEndpoints(call),
    regions: createRegions(call),
    applicationCredentials: createApplicationCredentials(call),
    discoverVersion: ({ signal } = {}) =>
      callUnauthenticated({ method: 'GET', path: '', schema: versionSchema, signal }),
    validateToken: (token, { signal } = {}) => {
      const headers = { 'x-subject-token': token };
      return call({ method: 'GET', path: '/auth/tokens', headers, schema: tokenSchema, signal });
    },
  };
}
