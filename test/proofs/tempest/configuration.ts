// SPDX-License-Identifier: Apache-2.0
// What tempest is told of a box: where it is, what it has, and what it does not claim to have.

export interface TempestFacts {
  readonly authUrl: string;
  readonly region: string;
  /** A file. */
  readonly authority: string;
  readonly password: string;
  readonly image: string;
  readonly flavor: string;
  /** For a resize: with more memory than the other. */
  readonly largerFlavor: string;
  readonly externalNetwork: string;
  /** Aliases, as Neutron lists them. */
  readonly networkExtensions: readonly string[];
  /** A folder for locks and logs. */
  readonly workspace: string;
  /** Whether guests are logged in to by ssh. Under emulation that takes half a minute for each. */
  readonly logsIn: boolean;
}

/** The text of tempest.conf. */
export const tempestConfiguration = (facts: TempestFacts): string => `[DEFAULT]
log_dir = ${facts.workspace}
log_file = tempest.log
[oslo_concurrency]
lock_path = ${facts.workspace}/locks
[auth]
admin_username = admin
admin_password = ${facts.password}
admin_project_name = admin
admin_domain_name = Default
use_dynamic_credentials = true
create_isolated_networks = true
# What a person of a box has.
tempest_roles = member
[identity]
uri_v3 = ${facts.authUrl}
auth_version = v3
region = ${facts.region}
ca_certificates_file = ${facts.authority}
[identity-feature-enabled]
security_compliance = false
application_credentials = true
access_rules = true
[service_available]
cinder = false
swift = false
horizon = false
neutron = true
glance = true
nova = true
[compute]
image_ref = ${facts.image}
image_ref_alt = ${facts.image}
flavor_ref = ${facts.flavor}
flavor_ref_alt = ${facts.largerFlavor}
# Under emulation on two processors.
build_timeout = 600
min_compute_nodes = 1
[compute-feature-enabled]
# One node: nothing to migrate to.
live_migration = false
cold_migration = true
resize = true
console_output = true
vnc_console = false
spice_console = false
[image]
build_timeout = 300
[image-feature-enabled]
import_image = true
os_glance_reserved = true
[network]
public_network_id = ${facts.externalNetwork}
floating_network_name = public
project_network_cidr = 10.100.0.0/16
[network-feature-enabled]
api_extensions = ${facts.networkExtensions.join(',')}
ipv6_subnet_attributes = true
port_security = true
[validation]
run_validation = ${facts.logsIn}
image_ssh_user = root
image_alt_ssh_user = root
connect_method = floating
ssh_key_type = ecdsa
ping_timeout = 300
connect_timeout = 120
ssh_timeout = 600
[scenario]
# holdfast Linux has a client of its own that needs no hand.
dhcp_client =
`;
