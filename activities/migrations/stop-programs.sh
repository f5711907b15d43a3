#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stops units and records them. Arguments: path of the record, units.
# The record comes first and grows only: a run that dies between two stops loses none.
set -eu
record=$1; shift
[ "$#" -gt 0 ] || exit 0
mkdir -p "$(dirname "$record")"
{ cat "$record" 2> /dev/null || :; printf '%s\n' "$@"; } | sort -u > "$record.new"
sync "$record.new"
mv "$record.new" "$record"
systemctl stop "$@"
