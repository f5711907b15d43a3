#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a command in a network namespace that reaches the mirror's web server and nothing else. Takes away first what a
# killed run left. One runs at a time: another would take away what this one needs.
# Arguments: address of the server, of the client, prefix, then the words of the command.

# @source 120: a trial takes some seconds, 30 on a loaded machine
set -eu
exec 9> /run/holdfast-smoke.lock
flock -w 120 9 || { echo 'another trial has held the namespace for 120 s' >&2; exit 75; }
server=$1 client=$2 prefix=$3; shift 3
space=hf-smoke link=hf-smoke0
leave() {
  ip netns del "$space" 2> /dev/null || :
  ip link del "$link" 2> /dev/null || :
}
leave
trap leave EXIT
ip netns add "$space"
ip link add "$link" type veth peer name client0 netns "$space"
ip addr add "$server/$prefix" dev "$link"
ip link set "$link" up
ip -n "$space" addr add "$client/$prefix" dev client0
ip -n "$space" link set client0 up
! ip netns exec "$space" ip route get 192.0.2.1 > /dev/null 2>&1 || { echo 'the namespace has a way out' >&2; exit 1; }
ip netns exec "$space" "$@" 9>&-
