#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots a local box. Comes behind start-of.sh. Safe to run twice and to be killed anywhere.
# Arguments: text of start-of.sh and boot-inside.sh, name, folder, image root, lease folder, lease folder inside,
# data folder inside, namespace, link, address, gateway, prefix, and link, gateway and prefix of the external network, empty for none.

# The external network's inner end has no address: a switch of the box owns it.
# The network namespace is ours and outlives the box, so that its external link keeps its address over a reboot inside.
set -eu
inside=$1; shift
name=$1 folder=$2 image=$3 lease=$4 lease_inside=$5 data_inside=$6 namespace=$7 link=$8 address=$9; shift 9
gateway=$1 prefix=$2; shift 2
outer_link=$1 outer_gateway=$2 outer_prefix=$3
# By its file: a pattern would take the namespace of another box for it, whose name begins alike. Source: ip-netns(8)
[ -e "/run/netns/$namespace" ] || ip netns add "$namespace"
if ! ip -n "$namespace" link show host0 >/dev/null 2>&1; then
  ip link del "$link" 2>/dev/null || :
  ip link add "$link" type veth peer name host0 netns "$namespace"
fi
ip addr replace "$gateway/$prefix" dev "$link"
ip link set "$link" up
ip -n "$namespace" link set lo up
ip -n "$namespace" addr replace "$address/$prefix" dev host0
ip -n "$namespace" link set host0 up
ip -n "$namespace" route replace default via "$gateway"
if [ -n "$outer_link" ]; then
  if ! ip -n "$namespace" link show ext0 >/dev/null 2>&1; then
    ip link del "$outer_link" 2>/dev/null || :
    ip link add "$outer_link" type veth peer name ext0 netns "$namespace"
  fi
  ip addr replace "$outer_gateway/$outer_prefix" dev "$outer_link"
  ip link set "$outer_link" up
  ip -n "$namespace" link set ext0 up
fi
if [ -r "$folder/supervisor" ]; then
  read -r pid began < "$folder/supervisor" || pid=0
  if [ "$pid" != 0 ] && [ "$(start_of "$pid")" = "$began" ]; then exit 0; fi
fi
# A supervisor that was killed leaves its box running, on the same disk: end it before another begins.
turns=0
while pids=$(ip netns pids "$namespace") && [ -n "$pids" ] && [ "$turns" -lt 100 ]; do
  # shellcheck disable=SC2086 # words
  kill -KILL $pids 2>/dev/null || :
  sleep 0.1; turns=$((turns + 1))
done
# Taps and bridges of the last boot's Open vSwitch outlived it with the namespace; the next one makes its own.
for stale in $(ip -n "$namespace" -o link show | cut -d ' ' -f 2 | tr -d : | cut -d @ -f 1); do
  [ "$stale" = lo ] || [ "$stale" = host0 ] || [ "$stale" = ext0 ] || ip -n "$namespace" link del "$stale" 2>/dev/null || :
done
[ -d "$image/etc" ] || { echo "the image $image is gone" >&2; exit 1; }
setsid unshare --mount sh -c "$inside" holdfast-box "$name" "$folder" "$image" "$lease" "$lease_inside" "$namespace" "$data_inside" \
  < /dev/null >> "$folder/console" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- &
booted=$!
tries=0
while [ "$tries" -lt 100 ]; do
  if [ -r "$folder/supervisor" ]; then
    read -r pid began < "$folder/supervisor" || pid=0
    if [ "$(start_of "$pid")" = "$began" ]; then exit 0; fi
  fi
  start_of "$booted" > /dev/null || [ "$tries" -lt 5 ] || { tail -n 5 "$folder/console" >&2; exit 1; }
  sleep 0.1; tries=$((tries + 1))
done
tail -n 5 "$folder/console" >&2
exit 1
