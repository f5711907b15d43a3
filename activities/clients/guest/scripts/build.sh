#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the guest's bootable disk of Debian packages. Safe to run twice and to be killed anywhere.
# Arguments: directory, folder of kept packages, suite, packages, text of build-inside.sh, text of the sources, then path,
# mode and text of each file of the guest, `--`, options of mmdebstrap.

# mmdebstrap unpacks and configures nothing, nor runs hooks after that; the work is done in there, and the folder is gone
# at the end. The lock, the packages kept for the next build and the mark at the end are as for a box's image. The digest
# is Glance's.
# shellcheck disable=SC2016 # the shells of the hooks and of unshare expand these
set -eu
directory=$1 packages=$2 suite=$3 include=$4 inside=$5 sources=$6; shift 6
mkdir -p "$directory" "$packages"
exec 8>"$directory.lock"; flock 8
[ ! -e "$directory/complete" ] || exit 0
rm -rf --one-file-system "$directory/root" "$directory/guest"
mkdir -p "$directory/guest/files/etc"
while [ "$1" != -- ]; do
  printf '%s' "$3" > "$directory/guest/files/$1"; chmod "$2" "$directory/guest/files/$1"; shift 3
done
shift
printf '%s' "$sources" > "$directory/sources"
printf '%s' "$inside" > "$directory/guest/build"
mmdebstrap --mode=root --variant=extract --format=directory --include="$include" "$@" \
  --aptopt='APT::Install-Recommends "false"' \
  --skip=download/empty --skip=cleanup/apt \
  --setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
  --setup-hook="find $packages -name '*.deb' -exec cp -l -t \"\$1/var/cache/apt/archives\" {} +" \
  "$suite" "$directory/root" "$directory/sources"
find "$directory/root/var/cache/apt/archives" -name '*.deb' -exec cp -l -n -t "$packages" {} +
mv "$directory/guest" "$directory/root/guest"
# syslinux names its disk by /proc; the mount ends with the namespace.
unshare --mount sh -c 'mount -t proc proc "$1/proc" && exec chroot "$1" sh /guest/build' sh "$directory/root"
mv "$directory/root/guest/disk.qcow2" "$directory/disk.qcow2"
sha512sum "$directory/disk.qcow2" | cut -d ' ' -f 1 > "$directory/sha512"
rm -rf --one-file-system "$directory/root"
sync --file-system "$directory"
: > "$directory/complete"
