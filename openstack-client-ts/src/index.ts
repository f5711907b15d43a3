// SPDX-License-Identifier: Apache-2.0
// Everything the package offers; a file not exported from here may change without notice.

export { createOpenStackClient } from './client.ts';
export { COMPUTE_MICROVERSION } from './compute/microversion.ts';
export { ServerFaultError } from './compute/server-waiting.ts';
export { OpenStackError, isOpenStackError } from './errors.ts';
export { PLACEMENT_MICROVERSION } from './placement/microversion.ts';

export type { CallRequest, ExchangeRequest } from './call.ts';
export type { Catalog, CatalogEndpoint, CatalogService, Interface } from './login/catalog.ts';
export type { EndpointOptions, OpenStackClient, ServiceRequest } from './client.ts';
export type { AvailabilityZone, AvailabilityZones } from './compute/availability-zones.ts';
export type { ComputeService, ComputeServiceFilter, ComputeServices } from './compute/compute-services.ts';
export type { Compute } from './compute/compute.ts';
export type { ExtraSpecs } from './compute/extra-specs.ts';
export type { Flavor, FlavorFilter, FlavorKey, Flavors, NewFlavor } from './compute/flavors.ts';
export type { Hypervisor, HypervisorFilter, Hypervisors } from './compute/hypervisors.ts';
export type { Keypair, KeypairFilter, KeypairKey, Keypairs, NewKeypair } from './compute/keypairs.ts';
export type { Limits, LimitsReading } from './compute/limits.ts';
export type { ComputeListOptions, ComputeOptions } from './compute/microversion.ts';
export type { NewServer, ServerNetwork } from './compute/new-server.ts';
export type { QuotaSet, QuotaSets } from './compute/quota-sets.ts';
export type { ServerActions } from './compute/server-actions.ts';
export type { ServerWaiting, WaitOptions } from './compute/server-waiting.ts';
export type { VolumeAttachments } from './compute/volume-attachments.ts';
export type { Server, ServerAddress, ServerFault } from './compute/server.ts';
export type { ServerFilter, ServerKey, Servers } from './compute/servers.ts';
export type { OpenStackErrorCode, OpenStackErrorDetails } from './errors.ts';
export type { CallOptions, Method, Query } from './http/http.ts';
export type {
  ApplicationCredential,
  ApplicationCredentialKey,
  ApplicationCredentials,
  NewApplicationCredential,
} from './identity/application-credentials.ts';
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
export type { ImageData, ImageDownload, StreamOptions, UploadOptions } from './image/image-data.ts';
export type { Images, ImageService } from './image/image-service.ts';
export type { ImageSource } from './image/image-source.ts';
export type { Image, ImageChanges, ImageVisibility, NewImage } from './image/image.ts';
export type { ImageFilter, ImageKey, ImageRecords } from './image/images.ts';
export type { NetworkAgent, NetworkAgentFilter, NetworkAgents } from './network/agents.ts';
export type {
  DefaultSecurityGroupRule,
  DefaultSecurityGroupRuleFilter,
  DefaultSecurityGroupRuleKey,
  DefaultSecurityGroupRules,
  NewDefaultSecurityGroupRule,
} from './network/default-security-group-rules.ts';
export type { Extension, Extensions } from './network/extensions.ts';
export type {
  FloatingIp,
  FloatingIpChanges,
  FloatingIpFilter,
  FloatingIpKey,
  FloatingIps,
  NewFloatingIp,
} from './network/floating-ips.ts';
export type { NetworkQuota, NetworkQuotas } from './network/network-quotas.ts';
export type { Networking } from './network/networking.ts';
export type { Network, NetworkFilter, NetworkKey, Networks, NewNetwork } from './network/networks.ts';
export type { NewPort, Port, PortChanges, PortFilter, PortKey, Ports } from './network/ports.ts';
export type { RouterInterface, RouterInterfaces } from './network/router-interfaces.ts';
export type {
  ExternalGateway,
  FixedIp,
  NewExternalGateway,
  NewRouter,
  Router,
  RouterFilter,
  RouterKey,
  Routers,
} from './network/routers.ts';
export type {
  NewSecurityGroupRule,
  SecurityGroupRule,
  SecurityGroupRuleFilter,
  SecurityGroupRuleKey,
  SecurityGroupRules,
} from './network/security-group-rules.ts';
export type {
  NewSecurityGroup,
  SecurityGroup,
  SecurityGroupChanges,
  SecurityGroupFilter,
  SecurityGroupKey,
  SecurityGroups,
} from './network/security-groups.ts';
export type {
  AllocationPool,
  HostRoute,
  NewSubnet,
  Subnet,
  SubnetChanges,
  SubnetFilter,
  SubnetKey,
  Subnets,
} from './network/subnets.ts';
export type { NewTraffic, Traffic } from './network/traffic-rule.ts';
export type * from './options.ts';
export type { PollOptions } from './polling.ts';
export type { ListOptions } from './paging.ts';
export type { PlacementOptions } from './placement/microversion.ts';
export type { Placement } from './placement/placement.ts';
export type {
  Inventory,
  ResourceProvider,
  ResourceProviderFilter,
  ResourceProviders,
} from './placement/resource-providers.ts';
export type { Resource } from './resource.ts';
export type { BlockStorage } from './volume/block-storage.ts';
export type { VolumePool, VolumePools } from './volume/pools.ts';
export type { VolumeQuotaSet, VolumeQuotaSets } from './volume/volume-quota-sets.ts';
export type {
  NewVolume,
  Volume,
  VolumeAttachment,
  VolumeFilter,
  VolumeKey,
  Volumes,
} from './volume/volumes.ts';
export type { IssuedToken, TokenDetails } from './login/token.ts';
export type { ServiceVersion } from './versioned.ts';
