#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The half of probe.sh in a mount namespace of its own. Arguments: those behind the text.

# @source 25: a guest's init speaks 3.5 s after the start of QEMU without KVM on an idle machine; a device that opens and
#   then hangs is known by nothing but its silence. 100: the same, beside everything else that starts at once.
set -eu
work=$1 image=$2 guest=$3; shift 3
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$image,upperdir=$work/upper,workdir=$work/work" "$work/root"
mount --rbind /dev "$work/root/dev"
mount -t proc proc "$work/root/proc"
: > "$work/root/guest.qcow2"
mount --bind "$guest" "$work/root/guest.qcow2"
for accelerator in "$@"; do
  case $accelerator in kvm) processor=host seconds=25 ;; *) processor=Nehalem seconds=100 ;; esac
  : > "$work/root/serial"
  chroot "$work/root" timeout --signal=KILL "$seconds" qemu-system-x86_64 -accel "$accelerator" -cpu "$processor" \
    -machine q35 -m 128 -nodefaults -no-user-config -no-reboot -display none -serial file:/serial \
    -drive file=/guest.qcow2,format=qcow2,if=virtio,snapshot=on > "$work/said" 2>&1 &
  tried=$! begun=$(date +%s.%N)
  while kill -0 "$tried" 2>/dev/null; do
    if grep -q "holdfast-guest: init" "$work/root/serial"; then
      took=$(echo "$begun $(date +%s.%N)" | awk '{ printf "%.1f", $2 - $1 }')
      kill "$tried" 2>/dev/null || :
      wait "$tried" 2>/dev/null || :
      [ "$accelerator" = kvm ] && name=kvm || name=qemu
      echo "$name $took"; exit 0
    fi
    sleep 0.2
  done
  wait "$tried" && code=0 || code=$?
  [ "$code" != 137 ] || echo "silent for $seconds s" >> "$work/said"
  echo "$accelerator: no guest came up (exit code $code): $(head -c 200 "$work/said" | tr '\n' ' ')"
done
exit 1
