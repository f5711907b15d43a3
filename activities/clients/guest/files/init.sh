#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# First process: says that it lives, loads the drivers, becomes busybox's init.
echo 'holdfast-guest: init'
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t proc proc /proc
mount -t sysfs sys /sys
while read -r module; do insmod "/lib/modules/$module"; done < /lib/modules/order
exec /bin/init
