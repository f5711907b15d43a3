#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run before each start of cinder-volume: what its backend lies on is there.
# Arguments: file that names the backend, folder of the NFS share, volume group.
# The half for LVM was never run: no machine with a device mapper was at hand.
set -eu
settings=$1 folder=$2 group=$3
group_file=/var/lib/cinder/group
case $(sed -n 's/^enabled_backends = //p' "$settings") in
nfs) install -d -o cinder -g cinder -m 711 "$folder" ;;
lvm)
  # Sparse.
  [ -e "$group_file" ] || truncate --size=100G "$group_file"
  loop=$(losetup --noheadings --output=NAME --associated "$group_file")
  [ -n "$loop" ] || loop=$(losetup --find --show "$group_file")
  vgs "$group" > /dev/null 2>&1 || vgcreate "$group" "$loop"
  vgchange --activate=y "$group" ;;
esac
