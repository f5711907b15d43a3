#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Removes the network and the emptied control group of a box that is off. Safe to run twice.
# Arguments: namespace, links, a comma and the tables of nftables.
set -eu
namespace=$1; shift
while [ "$1" != , ]; do ip link del "$1" 2>/dev/null || :; shift; done; shift
for table in "$@"; do ! command -v nft > /dev/null || nft delete table ip "$table" 2>/dev/null || :; done
# By its file: a pattern would take the namespace of another box for it, whose name begins alike. Source: ip-netns(8)
if [ -e "/run/netns/$namespace" ]; then ip netns del "$namespace"; fi
while read -r _ mountpoint type _; do
  if [ "$type" = cgroup2 ] && [ -d "$mountpoint/$namespace" ]; then
    find "$mountpoint/$namespace" -depth -type d -exec rmdir {} \; 2>/dev/null || :
  fi
done < /proc/self/mounts
