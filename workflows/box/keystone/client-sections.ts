// SPDX-License-Identifier: Apache-2.0
// The sections by which services log in to Keystone and RabbitMQ. The password stands there as a mark only.
import type { BoxPlan, ServiceUser } from '../plan.ts';
import { secretIn, type Section } from '../file.ts';

/** How a service logs in as itself; keystoneauth reads the same keys in every section. */
export function loginOf(plan: BoxPlan, user: ServiceUser): Section {
  return {
    auth_type: 'password',
    auth_url: plan.internalAuthUrl,
    cafile: plan.authorityPath,
    username: user,
    password: secretIn(plan.servicePassword(user)),
    project_name: 'service',
    user_domain_name: 'Default',
    project_domain_name: 'Default',
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
