#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a network namespace for clients of a mirror, whose one link ends in the box of the mirror: it reaches nothing else.
# Arguments: namespace, first process of the box, address of the mirror on the link, of the clients, prefix.
set -eu
space=$1 leader=$2 server=$3 client=$4 prefix=$5
link=hf-clients
ip netns add "$space"
ip -n "$space" link set lo up
ip link add "$link" type veth peer name client0 netns "$space"
ip link set "$link" netns "$leader"
nsenter --target="$leader" --net ip addr add "$server/$prefix" dev "$link"
nsenter --target="$leader" --net ip link set "$link" up
ip -n "$space" addr add "$client/$prefix" dev client0
ip -n "$space" link set client0 up
! ip netns exec "$space" ip route get 192.0.2.1 > /dev/null 2>&1 || { echo 'the namespace has a way out' >&2; exit 1; }
