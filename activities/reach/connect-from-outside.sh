#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs in a network namespace of its own: waits for its link, then connects to each port and says how that went.
# Arguments: gateway, own address, address, ports.

# @source 3: a connection within one machine takes milliseconds; 10: the link is made at once
set -eu
gateway=$1 own=$2 address=$3; shift 3
echo ready
read -r -t 10 _
ip addr add "$own/30" dev eth0
ip link set eth0 up
ip route add default via "$gateway"
for port in "$@"; do
  if timeout 3 bash -c "exec 3<> /dev/tcp/$address/$port" 2> /dev/null
  then echo "answered $port"; else echo "silent $port"; fi
done
