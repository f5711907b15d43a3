#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the active units that began before a package's files came. Arguments: package, units.
set -eu
code=$1; shift
installed=$(stat --format=%Y "/var/lib/dpkg/info/$code.list" 2> /dev/null || echo 0)
for unit in "$@"; do
  [ "$(systemctl is-active "$unit" || :)" = active ] || continue
  began=$(systemctl show --property=ActiveEnterTimestamp --value --timestamp=unix "$unit")
  [ "$(printf %s "$began" | tr -d @)" -ge "$installed" ] || echo "$unit"
done
