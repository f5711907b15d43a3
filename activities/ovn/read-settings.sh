#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the settings of the switch and of OVN, one a line: what, a tab, its value. Arguments: links.
set -eu
say() { printf '%s\t%s\n' "$1" "$2"; }
get() { ovs-vsctl --timeout=10 --if-exists get open . "$1" | tr -d '"'; }
say other_config:userspace-tso-enable "$(get other_config:userspace-tso-enable)"
for key in hostname ovn-remote ovn-encap-type ovn-encap-ip ovn-bridge-datapath-type ovn-bridge-mappings ovn-cms-options; do
  say "external_ids:$key" "$(get "external_ids:$key")"
done
for bridge in $(ovs-vsctl --timeout=10 list-br); do
  say "bridge $bridge" "$(ovs-vsctl --timeout=10 get bridge "$bridge" datapath_type | tr -d '"')"
done
for port in "$@"; do say "port $port" "$(ovs-vsctl --timeout=10 port-to-br "$port" 2>/dev/null)"; done
say manager "$(ovs-vsctl --timeout=10 get-manager)"
say 'north database' "$(ovn-nbctl --timeout=10 get-connection | grep -o 'ptcp:[^ ]*')"
say 'south database' "$(ovn-sbctl --timeout=10 get-connection | grep -o 'ptcp:[^ ]*')"
say chassis "$(ovn-sbctl --timeout=10 --bare --columns=hostname list chassis | head -n 1)"
