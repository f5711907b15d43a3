#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What udhcpc calls: address, MTU, routes (option 121 before the router), resolvers.
# shellcheck disable=SC2154 # udhcpc sets them
case $1 in bound | renew) ;; *) exit 0 ;; esac
[ "$1" = renew ] || ip addr flush dev "$interface"
ip addr add "$ip/$mask" broadcast + dev "$interface" 2>/dev/null
[ -z "$mtu" ] || ip link set "$interface" mtu "$mtu"
if [ -n "$staticroutes" ]; then
  # shellcheck disable=SC2086 # words
  set -- $staticroutes
  while [ "$#" -ge 2 ]; do
    [ "$2" = 0.0.0.0 ] && way= || way="via $2"
    # shellcheck disable=SC2086 # none or two words
    ip route replace "$1" $way dev "$interface"
    shift 2
  done
else
  for gateway in $router; do ip route replace default via "$gateway" dev "$interface"; break; done
fi
{
  names=${search:-$domain}
  [ -z "$names" ] || echo "search $names"
  for server in $dns; do echo "nameserver $server"; done
} > /etc/resolv.conf
