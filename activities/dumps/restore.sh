#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts databases back to a dump. Arguments: folder of the dumps, mark, `database:role` each.
# Killed anywhere it may run again: a database without the mark is made anew beside the present one, which goes only once
# its successor is whole.
set -eu
folder=$1 mark=$2; shift 2
as() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
sql() { as psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname=postgres --command="$1"; }
for pair in "$@"; do
  database=${pair%%:*} role=${pair#*:}
  comment="SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$database'"
  if [ "$(sql "$comment")" = "$mark" ]; then continue; fi
  sql "DROP DATABASE IF EXISTS \"$database-restored\" WITH (FORCE)"
  sql "CREATE DATABASE \"$database-restored\" OWNER \"$role\" TEMPLATE template0 ENCODING 'UTF8'"
  as pg_restore --exit-on-error --dbname="$database-restored" < "$folder/$database.dump"
  sql "COMMENT ON DATABASE \"$database-restored\" IS '$mark'"
  sql "DROP DATABASE IF EXISTS \"$database\" WITH (FORCE)"
  sql "ALTER DATABASE \"$database-restored\" RENAME TO \"$database\""
done
rm -rf "$folder"
