#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Configures the switch and OVN. Every command may run twice.
# Arguments: host name, datapath, mappings, connections of the switch, of the north and of the south database, bridges, a
# comma, links and the bridge of each.

# The first start makes br-int on the kernel's datapath, which cannot be changed in place where the module is missing.
set -eu
hostname=$1 datapath=$2 mappings=$3 manager=$4 north=$5 south=$6; shift 6
vsctl() { ovs-vsctl --timeout=20 "$@"; }
# A question that fails ends it here: no answer must not look like another datapath, for which the bridge is deleted.
tso=$(vsctl --if-exists get open . other_config:userspace-tso-enable)
tso=${tso#\"} tso=${tso%\"}
current=$(vsctl --if-exists get bridge br-int datapath_type)
current=${current#\"} current=${current%\"}
[ "$datapath" = netdev ] && offload=true || offload=false
vsctl --no-wait set open . other_config:userspace-tso-enable="$offload" external-ids:hostname="$hostname" \
  external-ids:ovn-remote=tcp:127.0.0.1:6642 external-ids:ovn-encap-type=geneve external-ids:ovn-encap-ip=127.0.0.1 \
  external-ids:ovn-bridge-datapath-type="$datapath" external-ids:ovn-bridge-mappings="$mappings" \
  external-ids:ovn-cms-options=enable-chassis-as-gw
if [ "$current" != "$datapath" ]; then
  vsctl --no-wait --if-exists del-br br-int -- add-br br-int -- set bridge br-int datapath_type="$datapath" fail-mode=secure
fi
while [ "$1" != , ]; do
  vsctl --no-wait --may-exist add-br "$1" -- set bridge "$1" datapath_type="$datapath"; shift
done; shift
while [ $# -gt 0 ]; do
  # One that another bridge owns is moved.
  [ "$(vsctl port-to-br "$1" 2>/dev/null)" = "$2" ] || vsctl --no-wait --if-exists del-port "$1" -- add-port "$2" "$1"
  shift 2
done
vsctl --no-wait set-manager "$manager"
# Segmentation offload is read at the start of the switch alone.
[ "${tso:-false}" = "$offload" ] || systemctl restart ovs-vswitchd
ovn-nbctl --timeout=20 set-connection "$north"
ovn-sbctl --timeout=20 set-connection "$south"
