// SPDX-License-Identifier: Apache-2.0
// By step id: how to break what only a box with volumes has. Repairs nothing; the next install does.
import { query } from '../../../activities/clients/postgres/sql.ts';
import { inside, shell, type Sabotage } from './sabotages.ts';

const stop = (unit: string): Sabotage => ({ break: (target) => shell(target, `systemctl stop ${unit}`) });
const programs = ['cinder.scheduler', 'cinder.volume', 'cinder.service'];
const migration =
  '/usr/lib/python3/dist-packages/cinder/db/migrations/versions/9ab1b092a404_make_use_quota_non_nullable.py';

/** In this order: a program that lost its tables under its feet is another fault than a lost schema. */
export const volumeSabotages: Readonly<Record<string, Sabotage>> = {
  'cinder.scheduler': stop('cinder-scheduler'),
  'cinder.volume': stop('cinder-volume'),
  'cinder.service': stop('cinder-api'),
  'cinder.config': {
    alsoDiffer: programs,
    break: (target) => shell(target, "echo '# by hand' >> /etc/cinder/cinder.conf"),
  },
  'cinder.use-quota': {
    break: (target) => shell(target, `sed -i 's/use_quota=true WHERE/use_quota="1" WHERE/' ${migration}`),
  },
  'cinder.backend': {
    alsoDiffer: ['cinder.volume'],
    break: (target) => shell(target, 'rm /etc/cinder/holdfast-backend.conf'),
  },
  'cinder.schema': {
    // Limits lie in it too.
    alsoDiffer: [...programs, 'seeds.quotas'],
    break: async (target) => {
      await query(inside(target), 'postgres', 'DROP DATABASE cinder WITH (FORCE)');
      await query(inside(target), 'postgres', 'CREATE DATABASE cinder OWNER cinder TEMPLATE template0');
    },
  },
};
