#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the root file system of a box by mmdebstrap. Safe to run twice and to be killed anywhere.
# Arguments: directory, folder of kept packages, suite, packages, units to disable, generators to mask, text of the
# sources, then options of mmdebstrap. Runs in a mount namespace of its own.

# Killed anywhere, its mounts end with its last process, and it leaves a folder that the next build removes. What an earlier
# release mounted there is taken off first, never followed.
# A lock in the cache keeps builds for different boxes apart. Packages of earlier builds are linked into the new root,
# and those that came are linked out of it: both lie in the cache. dpkg need not wait for the disk after each file: all is
# written out once, before the mark that says so. Nor does each Python package compile itself as it is configured: at
# the end all are compiled at once, on every processor (both, on two: 126 s became 45 s). QEMU stays for this machine's
# architecture alone, without 37 other programs of 433 MB: before a first guest libvirt starts those it knows and Nova asks
# each.
# shellcheck disable=SC2016 # the shells of the hooks expand these
set -eu
directory=$1 packages=$2 suite=$3 include=$4 disabled=$5 masked=$6 sources=$7; shift 7
mkdir -p "$directory" "$packages"
exec 8>"$directory.lock"; flock 8
[ ! -e "$directory/complete" ] || exit 0
while read -r _ mountpoint _; do
  case $mountpoint in "$directory/root/"*) umount --lazy "$mountpoint" || : ;; esac
done < /proc/self/mounts
rm -rf --one-file-system "$directory/root"
printf '%s' "$sources" > "$directory/sources"
mmdebstrap --mode=root --variant=minbase --format=directory --include="$include" "$@" \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/bin/qemu-system-*' --dpkgopt='path-include=/usr/bin/qemu-system-x86_64' \
  --dpkgopt=force-unsafe-io \
  --skip=download/empty --skip=essential/unlink \
  --setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
  --setup-hook="find $packages -name '*.deb' -exec cp -l -t \"\$1/var/cache/apt/archives\" {} +" \
  --essential-hook='mkdir -p "$1/etc/postgresql-common"; echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"' \
  --essential-hook='chroot "$1" dpkg-divert --quiet --local --rename --add /usr/bin/py3compile; ln -s /bin/true "$1/usr/bin/py3compile"' \
  --customize-hook='rm "$1/usr/bin/py3compile"; chroot "$1" dpkg-divert --quiet --local --rename --remove /usr/bin/py3compile' \
  --customize-hook='chroot "$1" python3 -m compileall -q -j 0 -x /tests/ /usr/lib/python3/dist-packages /usr/share/python3 > /dev/null || :' \
  --customize-hook="find \"\$1/var/cache/apt/archives\" -name '*.deb' -exec cp -l -n -t $packages {} +" \
  --customize-hook="for unit in $disabled; do systemctl --root=\"\$1\" disable \"\$unit\" || :; done" \
  --customize-hook="mkdir -p \"\$1/etc/systemd/system-generators\"; for generator in $masked; do ln -s /dev/null \"\$1/etc/systemd/system-generators/\$generator\"; done" \
  --customize-hook='rm -f "$1/etc/machine-id" "$1/etc/hostname"; : > "$1/etc/machine-id"' \
  --customize-hook='sed -i /^force-unsafe-io/d "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"' \
  "$suite" "$directory/root" "$directory/sources"
sync --file-system "$directory"
: > "$directory/complete"
