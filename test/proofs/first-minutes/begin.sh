#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Debian that is a machine of its own: files, processes, host name and network. The kernel is this machine's. Keeps it
# until its standard input ends. Arguments: the folder of that Debian, its network namespace.
# It is run by unshare in new mount, process and UTS namespaces.
set -eu
debian=$1
hostname debian
# Its root is a mount, so that what a box mounts is made below it and ends with it.
mount --bind "$debian" "$debian"
cd "$debian"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /sys/fs/cgroup sys/fs/cgroup
mount --rbind /dev dev
mount -t tmpfs run run
echo ready
# The first process of the namespace waits for those that lost their parent.
exec chroot . /bin/bash -c 'sleep infinity & read -r _; kill %1'
