// SPDX-License-Identifier: Apache-2.0
// Makes an empty database cluster exist. Never touches one that is there, whatever its state.
import type { ClusterArgs, PostgresPort } from '../../workflows/ports/postgres.ts';
import type { Clients } from '../clients/index.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../row-scope.ts';

export const dataDirectory = (version: string): string => `/var/lib/postgresql/${version}/main`;

/** initdb works beside the place and is moved there whole: a killed run leaves no half cluster. */
export const createScript = String.raw`
set -eu
data=$1 version=$2
[ ! -e "$data/PG_VERSION" ] || exit 0
rm -rf "$data.partial"
install -d -o postgres -g postgres -m 700 "$data.partial"
install -d -o postgres -g postgres -m 755 "/etc/postgresql/$version" "/etc/postgresql/$version/main"
setpriv --reuid=postgres --regid=postgres --init-groups -- "/usr/lib/postgresql/$version/bin/initdb" \
  -D "$data.partial" --auth=peer --encoding=UTF8 --locale=C.UTF-8 --data-checksums
rm -f "$data.partial/postgresql.conf" "$data.partial/pg_hba.conf" "$data.partial/pg_ident.conf"
rmdir "$data" 2>/dev/null || :
mv -T "$data.partial" "$data"
`;

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
      const argv = ['sh', '-c', createScript, 'holdfast-cluster', dataDirectory(version), version];
      await runToSuccess(inside(box), scope, { argv });
      return undefined;
    }),
  };
}
