#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Switches a box off and lays its files on another image. Safe to run twice and to be killed anywhere.
# Arguments: text of off.sh, the arguments of that, then the folder of the box, its image, the next image.

# A user has another number in another image, since numbers are given in the order of installation: what a user or a
# group owned, the one of the same name owns afterwards. By way of numbers that nobody has, so that a change of places
# (a becomes b, b becomes a) may be killed and run again; a mark says that the first half is over. The last act records
# the next image.
# @source 1000000: Debian gives numbers below 65536, and dynamic users of systemd have no files that stay
set -eu
off=$1; shift
sh -c "$off" off "$1" "$2" "$3"; shift 3
folder=$1 before=$2 after=$3 far=1000000
# Lines "FIRST SECOND": numbers of one name that differ.
changed() { awk -F: 'NR == FNR { next_id[$1] = $3; next } ($1 in next_id) && next_id[$1] != $3 { print $3, next_id[$1] }' "$after/root/etc/$1" "$before/root/etc/$1"; }
move() { # passwd|group, first|second
  [ "$1" = passwd ] && test=-uid change='chown -h' || test=-gid change='chgrp -h'
  changed "$1" | while read -r first second; do
    if [ "$2" = first ]; then from=$first; else from=$((far + first)); fi
    if [ "$2" = first ]; then to=$((far + first)); else to=$second; fi
    # shellcheck disable=SC2086 # a program and its option
    find "$folder/upper" "$test" "$from" -exec $change "$to" {} +
  done
}
if [ "$(cat "$folder/rebasing" 2>/dev/null)" != "$before $after" ]; then
  move passwd first; move group first
  echo "$before $after" > "$folder/rebasing.new"; mv "$folder/rebasing.new" "$folder/rebasing"
fi
move passwd second; move group second
units=$folder/upper/etc/systemd/system
packages() { sed -n 's/^Package: //p' "$1/root/var/lib/dpkg/status" 2>/dev/null | sort; }
# Other packages: units are enabled again by their steps, for one that starts at once would pull in others that nobody
# configured yet. The same packages in other versions start as they did.
names=$(packages "$before")
if { [ -z "$names" ] || [ "$names" != "$(packages "$after")" ]; } && [ -d "$units" ]; then
  find "$units" -path '*.wants/*' -type l -delete
fi
suite() { sed -n 's/^VERSION_CODENAME=//p' "$1/root/etc/os-release"; }
if [ "$(suite "$before")" != "$(suite "$after")" ]; then
  # Those of the release before. The cluster's files stay, and nothing starts them. A broker does not read what one of so
  # old a release left.
  [ ! -d "$units" ] || find "$units" -name holdfast.conf -delete
  rm -rf "$folder/upper/etc/postgresql"/* "$folder/upper/var/lib/rabbitmq/mnesia"
fi
# What is of the image before: the overlay's own notes, and what the first boot on an image makes.
rm -rf "$folder/work"; mkdir -m 755 "$folder/work"
rm -f "$folder/upper/etc/.updated" "$folder/upper/etc/ld.so.cache"
echo "$after" > "$folder/image.new"; chmod 600 "$folder/image.new"; mv "$folder/image.new" "$folder/image"
rm "$folder/rebasing"
