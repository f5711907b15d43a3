// SPDX-License-Identifier: Apache-2.0
// Keystone's configuration. Text only; it holds no secret, since Keystone logs in to its database by certificate.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { ini, policyFiles, serviceFile } from './file.ts';
import { uwsgiFiles } from './uwsgi.ts';

export function keystoneFiles(plan: BoxPlan): FileArgs[] {
  const { profile, spec, databaseUrl } = plan;
  const sections = {
    DEFAULT: { log_dir: '/var/log/keystone' },
    database: { connection: databaseUrl('keystone', 'keystone') },
    token: { provider: 'fernet' },
    // Without it each call of any API has Keystone look up its token in the database: 160 ms of a processor; with it 8.
    // A minute: longer than a look at a whole cloud; what was changed behind its back is seen after that.
    cache: { enabled: true, backend: 'dogpile.cache.memory_pickle', expiration_time: 60 },
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
  return [
    serviceFile('/etc/keystone/keystone.conf', 'keystone', ini(sections, spec.overrides.keystone)),
    ...policyFiles('keystone', profile.policies.keystone),
    ...uwsgiFiles(plan, profile.apis.identity),
  ];
}
