#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A command in another Debian: what is mounted for it ends with its mount namespace.
# Arguments: the folder of that Debian, a program, its arguments. The caller gives it a mount namespace.
set -eu
debian=$1
shift
mount --bind /proc "$debian/proc"
# A shell that completes needs a terminal: one of its own, none of this machine's.
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$debian/dev/pts"
mount --bind "$debian/dev/pts/ptmx" "$debian/dev/ptmx"
exec chroot "$debian" "$@"
