#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Connects to an address of this machine as another machine would: from a network namespace of its own, so that the
# packets meet every rule for what is handed on. Says `answered` or `silent` for each port, a line each.
# Arguments: text of connect-from-outside.sh, address, ports.

# The namespace has no name and lives as long as its one process, the link as long as the namespace: nothing is left of a
# probe that is killed. Of bash, since it connects without a program that a machine may not have.
# @source 198.18.0.0/15 is for measurements (RFC 2544): nobody's network
set -euo pipefail
text=$1 address=$2; shift 2
link=hfp$$
network=198.18.$(($$ / 64 % 256))
gateway=$network.$(($$ % 64 * 4 + 1)) own=$network.$(($$ % 64 * 4 + 2))
coproc inside { exec unshare --net bash -c "$text" connect "$gateway" "$own" "$address" "$@"; }
# shellcheck disable=SC2154 # coproc sets it
pid=$inside_PID
# Copies, since bash closes its own when the process ends.
exec 3<&"${inside[0]}" 4>&"${inside[1]}"
read -r -t 10 _ <&3
ip link add "$link" type veth peer name eth0 netns "$pid"
ip addr add "$gateway/30" dev "$link"
ip link set "$link" up
echo go >&4
exec 4>&-
cat <&3
