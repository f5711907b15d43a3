// SPDX-License-Identifier: Apache-2.0
// Shell scripts that make the guest's bootable disk of Debian packages. Safe to run twice and to be killed anywhere.
import { guestFiles } from './guest-files.sh.ts';

/** The guest's parts, and the tools that put them together: all of them in the build's own folder. */
const guestPackages: readonly string[] = [
  'linux-image-cloud-amd64',
  'busybox-static',
  'dropbear-bin',
  'base-files',
  'coreutils',
  'cpio',
  'dash',
  'dosfstools',
  'gzip',
  'kmod',
  'mtools',
  'qemu-utils',
  'sed',
  'syslinux',
  'xz-utils',
];

/** Every time inside the image. @source 2026-11-01T00:00:00Z, the build date that the image's properties name */
const sourceDateEpoch = 1_793_491_200;

/**
 * Drivers that the cloud kernel keeps as modules, with what each needs: network, disk, entropy, the power button.
 * @source config of 6.12-cloud: virtio_pci, ext4, the serial console and hotplug are built in; 6.1-cloud has virtio_pci apart
 */
const modules = 'virtio_pci virtio_net virtio_blk virtio_rng button evdev';

/** KiB of the disk. @source kernel 11.7 MB and initramfs 3.5 MB, and room for a larger kernel */
const diskKibibytes = 20_480;

/**
 * Runs inside the folder of packages, with `guest/` in it. Nothing in the image depends on when or where it was built:
 * fixed times, sorted names, the numbers of files counted anew, no random volume number.
 */
const insideScript = String.raw`
set -eu
export SOURCE_DATE_EPOCH=${sourceDateEpoch} TZ=UTC LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin
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
for module in ${modules}; do modprobe --set-version "$version" --show-depends "$module"; done |
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
mkfs.vfat --invariant -C disk.img ${diskKibibytes} > /dev/null
mcopy -m -i disk.img vmlinuz initrd.gz syslinux.cfg ::/
syslinux --install disk.img
qemu-img convert -c -f raw -O qcow2 disk.img disk.qcow2
`;

/**
 * mmdebstrap unpacks and configures nothing, nor runs hooks after that; the work is done in there, and the folder is gone at the end.
 * The lock, the packages kept for the next build and the mark at the end are as for a box's image. The digest is Glance's.
 */
const buildScript = String.raw`
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
`;

export interface GuestBuild {
  readonly suite: string;
  /** Text of a deb822 sources file. */
  readonly sources: string;
  readonly aptOptions: readonly string[];
}

/** The command that builds into `directory`, with packages kept in `packagesDirectory`. */
export function guestBuildCommand(build: GuestBuild, directory: string, packagesDirectory: string): string[] {
  return [
    'sh',
    '-c',
    buildScript,
    'holdfast-guest-image',
    directory,
    packagesDirectory,
    build.suite,
    guestPackages.join(','),
    insideScript,
    build.sources,
    ...guestFiles.flatMap(({ path, mode, text }) => [path, mode, text]),
    '--',
    ...build.aptOptions.map((option) => `--aptopt=${option}`),
  ];
}

/** All that decides on the bytes, but for the suite and the versions that the sources hold just now. */
export const guestScriptText = JSON.stringify([guestPackages, insideScript, buildScript, guestFiles]);
