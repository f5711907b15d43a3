#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the logs of services, which are units or beginnings of some. Arguments: lines of each log, 1 to follow them, the
# second since 1970 from which on or nothing, the least level or nothing, then services; none is all of them.

# Log files of a unit are those that its processes have open, those that bear its name, and those of a folder that does.
# Journal and files are followed side by side and end together.
lines=$1 follow=$2 since=$3 level=$4
shift 4

# Prints `unit NAME` and `file PATH` for each that belongs to a service.
belonging() {
  case $1 in postgres) folder=postgresql ;; *) folder=$1 ;; esac
  find /var/log -mindepth 1 -maxdepth 2 -type f -name '*.log' \
    \( -path "/var/log/$folder/*" -o -path "/var/log/*/$1*" -o -path "/var/log/$1*" \) -printf 'file %p\n'
  systemctl list-units --all --plain --no-legend --type=service "$1*" | cut -d ' ' -f 1 | while read -r unit; do
    echo "unit $unit"
    group=$(systemctl show --property=ControlGroup --value "$unit")
    [ -n "$group" ] || continue
    while read -r pid; do
      readlink "/proc/$pid/fd/"* | sed -n 's/^\/var\/log\/.*\.log$/file &/p'
    done < "/sys/fs/cgroup$group/cgroup.procs"
  done 2>/dev/null
}

# A line without a time belongs to the one before it. A level is a word of the beginning of a line, in either case.
# mawk waits for a whole page of input unless it is told not to.
awk=$(if command -v mawk > /dev/null; then echo 'mawk -W interactive'; else echo awk; fi)
filter() {
  # shellcheck disable=SC2016 # a program of awk
  $awk -v start="$1" -v least="$2" '
    BEGIN {
      split("critical crit fatal emer alert:error err:warning warn:notice:info log:debug trace dbg", groups, ":")
      for (rank = 1; rank <= 6; rank++) {
        count = split(groups[rank], words, " ")
        for (word = 1; word <= count; word++) ranks[words[word]] = rank
      }
      shown = start == "" && least == ""
    }
    /^==> / { print; fflush(); next }
    /^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9][ T]/ {
      time = substr($0, 1, 19); sub("T", " ", time)
      shown = start == "" || time >= start
      rank = 5; count = split(tolower(substr($0, 1, 140)), words, /[^a-z]+/)
      for (word = 1; word <= count; word++) if (words[word] in ranks) { rank = ranks[words[word]]; break }
      if (least != "" && rank > ranks[least]) shown = 0
    }
    shown { print; fflush() }
  '
}

found=''
for service in "$@"; do
  here=$(belonging "$service")
  if [ -z "$here" ]; then
    systemctl list-units --plain --no-legend --type=service | cut -d ' ' -f 1 | sed 's/\.service$//' >&2
    exit 44
  fi
  found="$found$here
"
done
[ "$#" -gt 0 ] || found=$(find /var/log -mindepth 1 -maxdepth 2 -type f -name '*.log' -printf 'file %p\n')
units=$(echo "$found" | sed -n 's/^unit //p' | sort -u)
files=$(echo "$found" | sed -n 's/^file //p' | sort -u)
hasJournal=$(if [ -n "$units" ] || [ "$#" -eq 0 ]; then echo 1; else echo 0; fi)

set -- --quiet --output=short-iso --no-pager --lines="$lines"
for unit in $units; do set -- "$@" --unit="$unit"; done
[ -z "$since" ] || set -- "$@" --since="@$since"
[ -z "$level" ] || set -- "$@" --priority="$level"
start=$(if [ -n "$since" ]; then date -d "@$since" '+%Y-%m-%d %H:%M:%S'; fi)
if [ "$follow" = 1 ]; then
  [ "$hasJournal" = 0 ] || journalctl "$@" --follow &
  # shellcheck disable=SC2086 # words
  [ -z "$files" ] || tail -v -n "$lines" -F $files | filter "$start" "$level" &
  wait
else
  [ "$hasJournal" = 0 ] || journalctl "$@"
  for file in $files; do
    said=$(filter "$start" "$level" < "$file" | tail -n "$lines")
    [ -z "$said" ] || printf '==> %s <==\n%s\n' "$file" "$said"
  done
fi
