// SPDX-License-Identifier: Apache-2.0
// Keystone's configuration. Text only; it holds no secret, since Keystone logs in to its database by certificate.
import { tokenFormatOf } from '../../contracts/box/box-spec.ts';
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { ini, policyFiles, serviceFile } from '../file.ts';
import { rememberedSecondsDefault } from './keys.ts';
import { uwsgiFiles } from '../uwsgi.ts';

export function keystoneFiles(plan: BoxPlan): FileArgs[] {
  const { profile, spec, databaseUrl } = plan;
  const sections = {
    DEFAULT: { log_dir: '/var/log/keystone' },
    database: { connection: databaseUrl('keystone', 'keystone') },
    token: { provider: tokenFormatOf(spec) },
    // Every service logs in for each of its sections: at Keystone's own 12 that was more than half of all it computed. bcrypt
    // reads 72 bytes, and Keystone cuts what is longer; unless that limit is configured, it warns of it at each login.
    // @source OWASP's Password Storage Cheat Sheet: a work factor of at least 10, at most 72 bytes
    identity: { password_hash_rounds: 10, max_password_length: 72 },
    // Without it each call of any API has Keystone look up its token in the database: 160 ms of a processor; with it 8.
    cache: {
      enabled: true,
      backend: 'dogpile.cache.memory_pickle',
      expiration_time: rememberedSecondsDefault,
    },
    oslo_middleware: { enable_proxy_headers_parsing: true },
  };
  return [
    serviceFile('/etc/keystone/keystone.conf', 'keystone', ini(sections, spec.overrides.keystone)),
    ...policyFiles('keystone', profile.policies.keystone),
    ...uwsgiFiles(plan, profile.apis.identity),
  ];
}
