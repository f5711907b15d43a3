// SPDX-License-Identifier: Apache-2.0
// Placement's configuration.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { ini, policyFiles, serviceFile } from '../file.ts';
import { tokenCheckOf } from '../keystone/client-sections.ts';
import { uwsgiFiles } from '../uwsgi.ts';

export function placementFiles(plan: BoxPlan): FileArgs[] {
  const sections = {
    DEFAULT: { log_file: '/var/log/placement/placement-api.log' },
    placement_database: { connection: plan.databaseUrl('placement', 'placement') },
    api: { auth_strategy: 'keystone' },
    keystone_authtoken: tokenCheckOf(plan, 'placement'),
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
  return [
    serviceFile('/etc/placement/placement.conf', 'placement', ini(sections, plan.spec.overrides.placement)),
    ...policyFiles('placement', plan.profile.policies.placement),
    ...uwsgiFiles(plan, plan.profile.apis.placement),
  ];
}
