// SPDX-License-Identifier: Apache-2.0
// The sections by which services log in to Keystone and RabbitMQ. They name a file: no secret stands in them.
import type { BoxPlan, ServiceUser } from '../plan.ts';
import { credentialFile, markerFolder } from '../credentials/files.ts';
import type { Section } from '../file.ts';

/**
 * How a service logs in as itself, by the plugin of keystoneauth-holdfast/, which reads the file again when it changes.
 * Written out in every section: `auth_section` is looked up before the configuration is read by Neutron's and Nova's
 * programs without an API, which then end with "no such option".
 */
export function loginOf(plan: BoxPlan, user: ServiceUser): Section {
  return {
    auth_type: 'holdfast',
    auth_url: plan.internalAuthUrl,
    cafile: plan.authorityPath,
    credential_file: credentialFile(user),
    marker_folder: markerFolder(user),
    region_name: plan.spec.region,
  };
}

/** A service's login to another service, over the addresses inside the box. */
export const clientOf = (plan: BoxPlan, user: ServiceUser): Section => ({
  ...loginOf(plan, user),
  valid_interfaces: 'internal',
});

/** How a service checks the tokens of its callers. */
export const tokenCheckOf = (plan: BoxPlan, user: ServiceUser): Section => ({
  ...loginOf(plan, user),
  www_authenticate_uri: plan.publicAuthUrl,
  interface: 'internal',
  service_token_roles: 'service',
  service_token_roles_required: true,
});

/** RabbitMQ by the service's own certificate. */
export function brokerOf(plan: BoxPlan, user: 'neutron' | 'nova' | 'cinder'): Section {
  const { certificate, key } = plan.pair(user);
  return {
    ssl: true,
    ssl_ca_file: plan.authorityPath,
    ssl_cert_file: certificate,
    ssl_key_file: key,
    rabbit_login_method: 'EXTERNAL',
  };
}
