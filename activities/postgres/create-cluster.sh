#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes an empty database cluster. Arguments: data directory, version.
# initdb works beside the place and is moved there whole: a killed run leaves no half cluster.
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
