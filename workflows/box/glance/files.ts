// SPDX-License-Identifier: Apache-2.0
// Glance's configuration: images as files in the box.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, ini, serviceFile } from '../file.ts';
import { tokenCheckOf } from '../keystone/client-sections.ts';
import { uwsgiFiles } from '../uwsgi.ts';

export function glanceFiles(plan: BoxPlan): FileArgs[] {
  const { profile, spec } = plan;
  const sections = {
    DEFAULT: {
      bind_host: '127.0.0.1',
      bind_port: profile.apis.image.backendPort,
      workers: plan.processes,
      enabled_backends: 'files:file',
      log_file: '/var/log/glance/glance-api.log',
    },
    database: { connection: plan.databaseUrl('glance', 'glance') },
    glance_store: { default_backend: 'files' },
    files: { filesystem_store_datadir: '/var/lib/glance/images' },
    keystone_authtoken: tokenCheckOf(plan, 'glance'),
    paste_deploy: { flavor: 'keystone' },
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
  return [
    serviceFile('/etc/glance/glance-api.conf', 'glance', ini(sections, spec.overrides.glance)),
    ...uwsgiFiles(plan, profile.apis.image),
    dropIn(profile.apis.image.unit, ['Restart=always', 'RestartSec=2']),
  ];
}
