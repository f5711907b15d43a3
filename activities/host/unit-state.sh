#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints a unit's state, a line each: enabled, active, since when, now, newest change of its files, last words of a failed one.
# Arguments: unit, files.
unit=$1; shift
systemctl is-enabled "$unit" 2>/dev/null || :
systemctl show --property=ActiveState --value "$unit"
date -d "$(systemctl show --property=ActiveEnterTimestamp --timestamp=us+utc --value "$unit")" +%s.%N 2>/dev/null || echo 0
date +%s.%N
stat -c %.9Z "$@" 2>/dev/null | sort -n | tail -n 1
systemctl is-failed --quiet "$unit" && journalctl --unit="$unit" --lines=3 --output=cat --no-pager | tr '\n' '|'
:
