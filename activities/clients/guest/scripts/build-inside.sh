#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts the guest's disk together inside the folder of packages, with `guest/` in it.
# Nothing in the image depends on when or where it was built: fixed times, sorted names, the numbers of files counted
# anew, no random volume number.
set -eu
# Every time inside the image. @source 2026-11-01T00:00:00Z, the build date that the image's properties name
export SOURCE_DATE_EPOCH=1793491200 TZ=UTC LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
cd /guest
version=$(ls /lib/modules)
mkdir -p root/bin root/dev root/etc/dropbear root/lib/modules root/proc root/root/.ssh root/run root/sys root/tmp
chmod 700 root/root root/root/.ssh; chmod 1777 root/tmp
for folder in sbin usr; do ln -s bin "root/$folder"; done
cp /bin/busybox root/bin/busybox
for name in $(busybox --list); do [ "$name" = busybox ] || ln -s busybox "root/bin/$name"; done
ln -s . root/bin/bin; ln -s . root/bin/sbin
cp /usr/sbin/dropbear /usr/bin/dropbearkey root/bin/
loader=/lib64/ld-linux-x86-64.so.2
ln -s lib root/lib64
for library in $loader $($loader --list /usr/sbin/dropbear | sed -n 's/.*=> \([^ ]*\) .*/\1/p'); do
  cp -L "$library" root/lib/
done
depmod "$version"
# Drivers that the cloud kernel keeps as modules, with what each needs: network, disk, entropy, the power button.
# @source config of 6.12-cloud: virtio_pci, ext4, the serial console and hotplug are built in; 6.1-cloud has virtio_pci apart
for module in virtio_pci virtio_net virtio_blk virtio_rng button evdev; do modprobe --set-version "$version" --show-depends "$module"; done |
  sed -n 's/^insmod \([^ ]*\).*/\1/p' | busybox awk '!seen[$0]++' > order
while read -r path; do
  name=$(basename "$path" .xz)
  case $path in *.xz) xz -dc "$path" > "root/lib/modules/$name" ;; *) cp "$path" "root/lib/modules/$name" ;; esac
  echo "$name"
done < order > root/lib/modules/order
[ -s root/lib/modules/order ]
cp -a files/. root/
find() { busybox find "$@"; }
find root -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
( cd root; find . | sort | cpio --reproducible --quiet -o -H newc -R 0:0 ) | gzip -9n > initrd.gz
cp "/boot/vmlinuz-$version" vmlinuz
printf 'DEFAULT linux\nPROMPT 0\nLABEL linux\n KERNEL vmlinuz\n INITRD initrd.gz\n APPEND console=ttyS0 loglevel=4 no_timer_check\n' > syslinux.cfg
touch -d "@$SOURCE_DATE_EPOCH" vmlinuz initrd.gz syslinux.cfg
# KiB of the disk. @source kernel 11.7 MB and initramfs 3.5 MB, and room for a larger kernel
mkfs.vfat --invariant -C disk.img 20480 > /dev/null
mcopy -m -i disk.img vmlinuz initrd.gz syslinux.cfg ::/
syslinux --install disk.img
qemu-img convert -c -f raw -O qcow2 disk.img disk.qcow2
