// SPDX-License-Identifier: Apache-2.0
// The sections by which services log in to Keystone and RabbitMQ. They name a section, which names a file: no password stands in any.
import type { BoxPlan, ServiceUser } from '../plan.ts';
import { credentialFile, markerFolder } from '../credentials/files.ts';
import type { Section } from '../file.ts';

/** The section that all the others name: the plugin of keystoneauth-holdfast/ reads the file again when it changes. */
export const credentialSection = (plan: BoxPlan, user: ServiceUser): Section => ({
  auth_type: 'holdfast',
  auth_url: plan.internalAuthUrl,
  credential_file: credentialFile(user),
  marker_folder: markerFolder(user),
});

/** How a service logs in as itself; keystoneauth reads the same keys in every section. */
export function loginOf(plan: BoxPlan): Section {
  return {
    auth_section: 'holdfast',
    cafile: plan.authorityPath,
    region_name: plan.spec.region,
  };
}

/** A service's login to another service, over the addresses inside the box. */
export const clientOf = (plan: BoxPlan): Section => ({
  ...loginOf(plan),
  valid_interfaces: 'internal',
});

/** How a service checks the tokens of its callers. */
export const tokenCheckOf = (plan: BoxPlan): Section => ({
  ...loginOf(plan),
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
