// SPDX-License-Identifier: Apache-2.0
// Writes the shell script that a person would run in the box instead of MigrateNova: the same phases, one after another.

export interface NovaDatabases {
  /** In the order in which they are dumped. */
  readonly databases: readonly string[];
  /** URLs of the cells' databases. */
  readonly cellUrls: readonly string[];
}

/** Rows of a batch, as runbooks have it; one fixed number, since a script measures nothing. */
export const scriptBatchRows = 500;

/** Dump and restore test, schemas, cells, data in batches, hosts, Nova's own check. It looks at nothing before it acts. */
export function migrateScript({ databases, cellUrls }: NovaDatabases): string {
  const dumps = databases.flatMap((name) => [
    `as postgres pg_dump --format=custom --file="$folder/${name}" ${name}`,
    `sha256sum "$folder/${name}"`,
    `as postgres createdb --template=template0 bench_${name}`,
    `as postgres pg_restore --exit-on-error --no-owner --dbname=bench_${name} "$folder/${name}"`,
    `as postgres pg_dump --schema-only ${name} | wc -l`,
    `as postgres pg_dump --schema-only bench_${name} | wc -l`,
    `as postgres dropdb bench_${name}`,
  ]);
  const data = cellUrls.map((url) => `migrate '${url}'`);
  return `set -eu
as() { user=$1; shift; setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; }
migrate() {
  while :; do
    code=0
    as nova env OS_DATABASE__CONNECTION="$1" nova-manage db online_data_migrations --max-count ${scriptBatchRows} || code=$?
    [ "$code" = 1 ] || break
  done
  [ "$code" = 0 ]
}
folder=$(mktemp -d); chown postgres "$folder"
${dumps.join('\n')}
as nova nova-manage api_db sync
as nova nova-manage cell_v2 map_cell0
as nova nova-manage cell_v2 list_cells
as nova nova-manage db sync
${data.join('\n')}
as nova nova-manage cell_v2 discover_hosts
as nova nova-status upgrade check || [ $? = 1 ]
rm -r "$folder"
`;
}
