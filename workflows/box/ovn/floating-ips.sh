#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Mends what the switch in userspace does to guests: floating IPs out of reach, links left down or lost. Runs for ever.
set -eu
# A question that fails ends the program, and systemd begins it again: no answer is not the answer of the kernel's switch,
# which needs none of this. Its bridge may be made anew for the other.
while :; do
  datapath=$(ovs-vsctl --timeout=20 get bridge br-int datapath_type)
  case $datapath in
    netdev | '"netdev"') break ;;
    system | '"system"' | '""') sleep 30 ;;
    *) echo "br-int has an unknown datapath: $datapath" >&2; exit 1 ;;
  esac
done
# A number that no link had before: the kernel counts its links up, the switch numbers its ports from 1.
reopen() {
  [ "$(ovs-vsctl --timeout=20 --if-exists get interface "$1" ofport)" -gt 0 ] 2>/dev/null || return 0
  read -r index 2>/dev/null < "/sys/class/net/$1/ifindex" || return 0
  ovs-vsctl --timeout=20 --if-exists set interface "$1" ofport_request=$((1000 + index % 60000)) || :
}
mend() {
  for link in /sys/class/net/tap*; do
    read -r flags 2>/dev/null < "$link/flags" || continue
    [ $((flags & 0x1)) != 0 ] || ip link set "${link##*/}" up || :
    [ $((flags & 0x100)) != 0 ] || reopen "${link##*/}"
  done
}
# A line for each change, of flags too; a second later libvirt is done with a new link.
{ ip -oneline monitor link | while read -r _; do sleep 1; mend; done; kill $$; } &
mend
mark() {
  ovn-nbctl --no-heading --format=csv --data=bare --columns=_uuid,options find NAT type=dnat_and_snat |
    { grep -v stateless=true || :; } | cut -d , -f 1 |
    while read -r id; do ovn-nbctl --if-exists set NAT "$id" options:stateless=true || :; done
}
# Says all that there is, then a line for each change.
ovsdb-client monitor unix:/run/ovn/ovnnb_db.sock OVN_Northbound NAT external_ip,type |
  while read -r _; do mark; done
exit 1
