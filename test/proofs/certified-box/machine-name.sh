#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Adds a line to the machine's own /etc/hosts, or takes that line out. Arguments: add or remove, line.
# Under a lock: others add and remove theirs meanwhile. In place, since the file may be a mount.
set -eu
what=$1 line=$2
exec 9>> /etc/hosts
flock --wait 60 9
case $what in
  add) printf '%s\n' "$line" >&9 ;;
  remove)
    left=$(grep -v -x -F -e "$line" /etc/hosts || :)
    printf '%s\n' "$left" > /etc/hosts
    ;;
esac
