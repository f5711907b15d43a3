#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Switches a box off. Arguments: pids of the box's first process and of its supervisor (0: none), namespace.
# Gives the box 20 s to power off. Safe to run twice and to be killed anywhere.
set -eu
leader=$1 supervisor=$2 group=$3 turns=0
# A zombie is gone: whoever should collect it may take its time.
lives() { s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; s=${s##*) }; [ "${s%% *}" != Z ]; }
gone() { { [ "$supervisor" = 0 ] || ! lives "$supervisor"; } && [ -z "$(ip netns pids "$group" 2>/dev/null)" ]; }
if [ "$leader" != 0 ]; then nsenter -t "$leader" -m -r -u -i -n -p -C -- systemctl poweroff || turns=200; else turns=200; fi
while ! gone && [ "$turns" -lt 200 ]; do sleep 0.1; turns=$((turns + 1)); done
while ! gone && [ "$turns" -lt 300 ]; do
  [ "$supervisor" = 0 ] || kill -KILL "$supervisor" 2>/dev/null || :
  # shellcheck disable=SC2046 # words
  kill -KILL $(ip netns pids "$group" 2>/dev/null) 2>/dev/null || :
  sleep 0.1; turns=$((turns + 1)); done
gone
