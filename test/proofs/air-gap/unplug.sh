#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Moves this machine's end of a box's link into a network namespace that has no other link: whoever is in there reaches the
# box alone. Arguments: namespace, address of this machine on the link with its prefix.
set -eu
space=$1 address=$2
link=$(ip -o -4 addr show to "${address%/*}" | awk '{ print $2 }')
[ -n "$link" ] || { echo "no link has $address" >&2; exit 1; }
ip netns add "$space"
ip -n "$space" link set lo up
ip link set "$link" netns "$space"
ip -n "$space" addr add "$address" dev "$link"
ip -n "$space" link set "$link" up
! ip netns exec "$space" ip route get 192.0.2.1 > /dev/null 2>&1 || { echo 'the namespace has a way out' >&2; exit 1; }
