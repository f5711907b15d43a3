// SPDX-License-Identifier: Apache-2.0
// Cinder: its migrations mended, its database, where volumes lie, its programs, and their word that volumes can be made.
import { loginPluginPath } from '../../contracts/credentials/credential.ts';
import type { HeartbeatArgs } from '../../ports/host.ts';
import { call, effect } from '../../ports/index.ts';
import { backendFiles, cinderFiles } from './files.ts';
import { driverOf, keystoneAccess, type BoxPlan } from '../plan.ts';
import { fileCalls, schemaStep, unitStep, type Steps } from '../calls.ts';
import { healthUrlOf } from '../neutron/steps.ts';

/** While it starts, cinder-volume sets every volume in error that it was making. @source cinder.volume.manager's init_host */
const volumeHeartbeat = ({ box }: BoxPlan): HeartbeatArgs => ({
  database: 'cinder',
  statement:
    "SELECT extract(epoch FROM max(updated_at) AT TIME ZONE 'utc') FROM services " +
    `WHERE NOT deleted AND "binary" = 'cinder-volume' AND host LIKE '${box}@%'`,
});

export function cinderSteps(plan: BoxPlan): Steps {
  const { box, profile } = plan;
  const files = cinderFiles(plan);
  const driver = driverOf(plan, 'volume');
  const backend = { box, files: backendFiles() };
  const pools = { ...keystoneAccess(plan), host: box };
  const stands = ['cinder.schema', 'rabbitmq.users', 'credentials.files'];
  return {
    'cinder.config': { title: 'Cinder configured', after: ['boot', 'secrets'], ...fileCalls(box, files) },
    ...repairSteps(plan),
    'cinder.schema': {
      title: 'Cinder schema at its heads',
      after: [
        'postgres.databases',
        'cinder.config',
        'certificates',
        ...driver.repairs.map(({ name }) => `cinder.${name}`),
      ],
      ...schemaStep(plan, driver),
    },
    'cinder.backend': {
      title: 'Place of volumes chosen',
      after: ['cinder.config'],
      ...effect('observeVolumeBackend', 'chooseVolumeBackend', backend),
    },
    'cinder.scheduler': {
      title: 'Cinder scheduler running',
      after: stands,
      ...unitStep(plan, {
        unit: profile.volumes.scheduler.unit,
        files,
        pairs: ['cinder'],
        reads: [loginPluginPath],
      }),
    },
    'cinder.volume': {
      title: 'Cinder volume running',
      after: [...stands, 'cinder.backend'],
      ...unitStep(plan, {
        unit: profile.volumes.volume.unit,
        files: [...files, backend.files.nfs],
        pairs: ['cinder'],
        reads: [loginPluginPath],
        heartbeat: volumeHeartbeat(plan),
      }),
    },
    'cinder.service': {
      title: 'Cinder answering',
      after: stands,
      ...unitStep(plan, {
        unit: profile.apis.volume.unit,
        files,
        pairs: ['cinder'],
        reads: [loginPluginPath],
        healthUrl: healthUrlOf(plan, 'volume'),
      }),
    },
    'cinder.pools': {
      title: 'Volumes can be made',
      after: [
        'cinder.scheduler',
        'cinder.volume',
        'cinder.service',
        'keystone.users',
        'keystone.catalog',
        'haproxy.service',
      ],
      // Reports come once a minute; the first one when both programs have begun.
      settleSeconds: 120,
      observe: call('observeVolumePools', pools),
    },
  };
}

function repairSteps(plan: BoxPlan): Steps {
  const { title, repairs } = driverOf(plan, 'volume');
  return Object.fromEntries(
    repairs.map(({ name, ...repair }) => {
      const args = { box: plan.box, name, ...repair };
      const step = { title: `${title}'s migrations mended for PostgreSQL`, after: ['boot'] };
      return [`cinder.${name}`, { ...step, ...effect('observeRepair', 'repairTool', args) }];
    }),
  );
}
