#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Mounts a box's root and becomes its supervisor, in a mount namespace of its own. Comes behind start-of.sh.
# Arguments: name, folder, image root, lease folder, lease folder inside, namespace, data folder inside.

# The box's mounts end with the namespace: a killed box leaves none behind.
# The private cgroup2 mount serves machines whose own hierarchy is the old one.
set -eu
began=$(start_of $$)
name=$1 folder=$2 image=$3 lease=$4 lease_inside=$5 namespace=$6 data_inside=$7
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$image,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
mkdir -p "$folder/root$lease_inside"
if [ "$(stat -f -c %T /sys/fs/cgroup)" != cgroup2fs ]; then
  umount -R -l /sys/fs/cgroup
  mount -t cgroup2 none /sys/fs/cgroup
fi
kvm=
if [ "$(head -n 1 "$folder/hypervisor" 2>/dev/null)" = kvm ]; then
  kvm=--bind=/dev/kvm
  # The device belongs to a number; inside, the group that may use it has to have the same.
  chroot "$folder/root" groupmod --non-unique --gid "$(stat -c %g /dev/kvm)" kvm
fi
data=
[ ! -d "$folder/data" ] || data=--bind=$folder/data:$data_inside
mkdir -p "/sys/fs/cgroup/$namespace"
echo $$ > "/sys/fs/cgroup/$namespace/cgroup.procs"
echo "$$ $began" > "$folder/supervisor.new"; mv "$folder/supervisor.new" "$folder/supervisor"
exec env SYSTEMD_NSPAWN_API_VFS_WRITABLE=network systemd-nspawn --quiet --directory="$folder/root" --boot \
  --machine="$name" --register=no --keep-unit --console=pipe --link-journal=no --resolv-conf=off --timezone=off \
  --network-namespace-path="/run/netns/$namespace" --capability=CAP_NET_ADMIN --bind-ro="$lease:$lease_inside" $kvm \
  ${data:+"$data"}
