// SPDX-License-Identifier: Apache-2.0
// Makes an empty database cluster exist. Never touches one that is there, whatever its state.
import type { ClusterArgs, PostgresPort } from '../../workflows/ports/cloud/postgres.ts';
import type { Clients } from '../clients/index.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';
import createCluster from './create-cluster.sh';

export const dataDirectory = (version: string): string => `/var/lib/postgresql/${version}/main`;

export function clusterActivities({
  inside,
}: Clients): Pick<PostgresPort, 'observeCluster' | 'createCluster'> {
  return {
    observeCluster: observing(async ({ box, version }, scope) => {
      const host = inside(box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      const data = dataDirectory(version);
      const found = await host.run([
        'test',
        '-s',
        `${data}/PG_VERSION`,
        '-a',
        '-d',
        `/etc/postgresql/${version}/main`,
      ]);
      return found.exitCode === 0
        ? []
        : [{ what: `database cluster ${data}`, have: 'absent', want: 'present' }];
    }),
    createCluster: applying(async ({ box, version }: ClusterArgs, scope) => {
      const argv = ['sh', '-c', createCluster, 'holdfast-cluster', dataDirectory(version), version];
      await runToSuccess(inside(box), scope, { argv });
      return undefined;
    }),
  };
}
