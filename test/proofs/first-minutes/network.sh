#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A network namespace with a way out through this machine, as a machine at home has one.
# Arguments: add or remove, the name of the namespace, the first three numbers of a network that this machine does not use.
set -eu
action=$1 space=$2 network=$3
table=holdfast_proof_$(echo "$space" | tr -c 'a-z0-9\n' _)
if [ "$action" = remove ]; then
  ip netns delete "$space" || true
  nft delete table ip "$table"
  exit
fi
ip netns add "$space"
ip link add "${space}0" type veth peer name eth0 netns "$space"
ip address add "$network.1/24" dev "${space}0"
ip link set "${space}0" up
ip -n "$space" link set lo up
ip -n "$space" address add "$network.2/24" dev eth0
ip -n "$space" link set eth0 up
ip -n "$space" route add default via "$network.1"
sysctl -q -w net.ipv4.ip_forward=1
nft -f - << RULES
table ip $table {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr $network.0/24 oifname != "${space}0" masquerade
  }
}
RULES
