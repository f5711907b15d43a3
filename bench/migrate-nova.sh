#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a person would run in the box instead of MigrateNova: the same phases, one after another. Looks at nothing before it acts.
# Arguments: rows of a batch, databases in the order in which they are dumped, `--`, URLs of the cells' databases.
set -eu
rows=$1; shift
as() { user=$1; shift; setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; }
migrate() {
  while :; do
    code=0
    as nova env OS_DATABASE__CONNECTION="$1" nova-manage db online_data_migrations --max-count "$rows" || code=$?
    [ "$code" = 1 ] || break
  done
  [ "$code" = 0 ]
}
folder=$(mktemp -d); chown postgres "$folder"
while [ "$1" != -- ]; do
  as postgres pg_dump --format=custom --file="$folder/$1" "$1"
  sha256sum "$folder/$1"
  as postgres createdb --template=template0 "bench_$1"
  as postgres pg_restore --exit-on-error --no-owner --dbname="bench_$1" "$folder/$1"
  as postgres pg_dump --schema-only "$1" | wc -l
  as postgres pg_dump --schema-only "bench_$1" | wc -l
  as postgres dropdb "bench_$1"
  shift
done
shift
as nova nova-manage api_db sync
as nova nova-manage cell_v2 map_cell0
as nova nova-manage cell_v2 list_cells
as nova nova-manage db sync
for url in "$@"; do migrate "$url"; done
as nova nova-manage cell_v2 discover_hosts
as nova nova-status upgrade check || [ $? = 1 ]
rm -r "$folder"
