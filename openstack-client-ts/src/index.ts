// SPDX-License-Identifier: Apache-2.0
// Everything the package offers; a file not exported from here may change without notice.

export { createOpenStackClient } from './client.ts';
export { OpenStackError, isOpenStackError } from './errors.ts';

export type { CallRequest } from './call.ts';
export type { Catalog, CatalogEndpoint, CatalogService, Interface } from './catalog.ts';
export type { EndpointOptions, OpenStackClient, ServiceRequest } from './client.ts';
export type { OpenStackErrorCode, OpenStackErrorDetails } from './errors.ts';
export type { CallOptions, Method, Query } from './http.ts';
export type { Domain, DomainFilter, DomainKey, Domains, NewDomain } from './identity/domains.ts';
export type { Endpoint, EndpointFilter, EndpointKey, Endpoints, NewEndpoint } from './identity/endpoints.ts';
export type { Identity } from './identity/identity.ts';
export type { NewProject, Project, ProjectFilter, ProjectKey, Projects } from './identity/projects.ts';
export type { NewRegion, Region, RegionFilter, RegionKey, Regions } from './identity/regions.ts';
export type {
  Assignee,
  AssignmentScope,
  NewRoleAssignment,
  RoleAssignment,
  RoleAssignmentFilter,
  RoleAssignments,
} from './identity/role-assignments.ts';
export type { NewRole, Role, RoleFilter, RoleKey, Roles } from './identity/roles.ts';
export type { NewService, Service, ServiceFilter, ServiceKey, Services } from './identity/services.ts';
export type { NewUser, User, UserFilter, UserKey, Users } from './identity/users.ts';
export type { IdentityVersion } from './identity/version.ts';
export type * from './options.ts';
export type { ListOptions } from './paging.ts';
export type { Resource } from './resource.ts';
export type { IssuedToken, TokenDetails } from './token.ts';
