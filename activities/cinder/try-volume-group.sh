#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a logical volume on a file, and removes both. Only its refusals were seen: no machine with a device mapper was at hand.
# Ends well where a volume was made and the kernel can hand it to a guest; else its last words say what is missing.
set -eu
dmsetup version > /dev/null 2>&1 || { echo 'the device mapper does not answer' >&2; exit 1; }
[ -d /sys/kernel/config/target ] || { echo 'the kernel hands out no disks (target_core_mod)' >&2; exit 1; }
[ -d /sys/module/iscsi_tcp ] || { echo 'the kernel takes no disks (iscsi_tcp)' >&2; exit 1; }
file=$(mktemp /var/tmp/holdfast-probe-XXXXXXXXXX)
group=${file##*/} loop=
undo() {
  vgremove --force "$group" > /dev/null 2>&1 || :
  [ -z "$loop" ] || losetup --detach "$loop" || :
  rm -f "$file"
}
trap undo EXIT
truncate --size=64M "$file"
loop=$(losetup --find --show "$file")
vgcreate "$group" "$loop" > /dev/null
lvcreate --yes --size=8M --name=volume "$group" > /dev/null
[ -b "/dev/$group/volume" ]
