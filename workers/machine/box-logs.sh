#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the logs of one service. Arguments: service, lines, 1 to follow them.
# Units by their beginning, then the folder of log files that bears the name. Both are followed side by side and end
# together.
service=$1 lines=$2 follow=$3
units=$(systemctl list-units --all --plain --no-legend --type=service "$service*" | cut -d ' ' -f 1)
case $service in postgres) folder=/var/log/postgresql ;; *) folder=/var/log/$service ;; esac
files=$(find "$folder" "$folder.log" -maxdepth 1 -type f -name '*.log' 2>/dev/null | sort)
if [ -z "$units$files" ]; then
  systemctl list-units --plain --no-legend --type=service | cut -d ' ' -f 1 | sed 's/\.service$//' | tr '\n' ' ' >&2
  exit 44
fi
set -- --output=short-iso --no-pager --lines="$lines"
for unit in $units; do set -- "$@" --unit="$unit"; done
if [ "$follow" = 1 ]; then
  [ -z "$units" ] || journalctl "$@" --follow &
  # shellcheck disable=SC2086 # words
  [ -z "$files" ] || tail -v -n "$lines" -F $files &
  wait
else
  [ -z "$units" ] || journalctl "$@"
  # shellcheck disable=SC2086 # words
  [ -z "$files" ] || tail -v -n "$lines" $files
fi
