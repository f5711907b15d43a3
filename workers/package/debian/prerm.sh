#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stops Temporal and the worker before the programs are removed. Boxes go on: `holdfast uninstall` removes them, and comes first.
set -e

[ "$1" = remove ] || exit 0
if [ -d /run/systemd/system ]; then
  systemctl disable --now holdfast.service
fi
if [ -d /var/lib/holdfast/boxes ] && [ -n "$(ls /var/lib/holdfast/boxes)" ]; then
  echo 'holdfast: the boxes in /var/lib/holdfast go on without the program that keeps them.' >&2
fi
