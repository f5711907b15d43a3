#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A command in another Debian, in a mount namespace of its own: what is mounted for it ends with it.
# Usage: unshare --mount --propagation private sh enter.sh FOLDER PROGRAM [ARGUMENT...]
set -eu
debian=$1
shift
mount --bind /proc "$debian/proc"
# A shell that completes needs a terminal: one of its own, none of this machine's.
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$debian/dev/pts"
mount --bind "$debian/dev/pts/ptmx" "$debian/dev/ptmx"
exec chroot "$debian" "$@"
