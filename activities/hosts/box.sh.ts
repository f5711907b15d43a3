// SPDX-License-Identifier: Apache-2.0
// Shell scripts that boot and switch off a local box. Each is safe to run twice and to be killed anywhere.

/**
 * Arguments: name, folder, image root, lease folder, lease folder inside, namespace, link, address, gateway, prefix, and
 * link, gateway and prefix of the outer network, empty for none. Its inner end has no address: a switch of the box owns it.
 * The network namespace is ours and outlives the box, so that its outer link keeps its address over a reboot inside.
 * The box's mounts live in a mount namespace of their own and end with it: a killed box leaves none behind.
 * The private cgroup2 mount serves machines whose own hierarchy is the old one.
 */
export const bootScript = String.raw`
set -eu
name=$1 folder=$2 image=$3 lease=$4 lease_inside=$5 namespace=$6 link=$7 address=$8 gateway=$9; shift 9
prefix=$1 outer_link=$2 outer_gateway=$3 outer_prefix=$4
ip netns list | grep -q "^$namespace\>" || ip netns add "$namespace"
if ! ip -n "$namespace" link show host0 >/dev/null 2>&1; then
  ip link del "$link" 2>/dev/null || :
  ip link add "$link" type veth peer name host0 netns "$namespace"
fi
ip addr replace "$gateway/$prefix" dev "$link"
ip link set "$link" up
ip -n "$namespace" link set lo up
ip -n "$namespace" addr replace "$address/$prefix" dev host0
ip -n "$namespace" link set host0 up
ip -n "$namespace" route replace default via "$gateway"
if [ -n "$outer_link" ]; then
  if ! ip -n "$namespace" link show ext0 >/dev/null 2>&1; then
    ip link del "$outer_link" 2>/dev/null || :
    ip link add "$outer_link" type veth peer name ext0 netns "$namespace"
  fi
  ip addr replace "$outer_gateway/$outer_prefix" dev "$outer_link"
  ip link set "$outer_link" up
  ip -n "$namespace" link set ext0 up
fi
start_of_text='start_of() { s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; s=${'$'}{s##*) }; set -- $s; [ "$1" != Z ] || return 1; echo "${'$'}{20}"; }
'
eval "$start_of_text"
if [ -r "$folder/supervisor" ]; then
  read -r pid began < "$folder/supervisor" || pid=0
  if [ "$pid" != 0 ] && [ "$(start_of "$pid")" = "$began" ]; then exit 0; fi
fi
# A supervisor that was killed leaves its box running, on the same disk: end it before another begins.
turns=0
while pids=$(ip netns pids "$namespace") && [ -n "$pids" ] && [ "$turns" -lt 100 ]; do
  kill -KILL $pids 2>/dev/null || :
  sleep 0.1; turns=$((turns + 1))
done
# Taps and bridges of the last boot's Open vSwitch outlived it with the namespace; the next one makes its own.
for stale in $(ip -n "$namespace" -o link show | cut -d ' ' -f 2 | tr -d : | cut -d @ -f 1); do
  [ "$stale" = lo ] || [ "$stale" = host0 ] || [ "$stale" = ext0 ] || ip -n "$namespace" link del "$stale" 2>/dev/null || :
done
[ -d "$image/etc" ] || { echo "the image $image is gone" >&2; exit 1; }
inner='
set -eu
began=$(start_of $$)
name=$1 folder=$2 image=$3 lease=$4 lease_inside=$5 namespace=$6
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
mkdir -p "/sys/fs/cgroup/$namespace"
echo $$ > "/sys/fs/cgroup/$namespace/cgroup.procs"
echo "$$ $began" > "$folder/supervisor.new"; mv "$folder/supervisor.new" "$folder/supervisor"
exec env SYSTEMD_NSPAWN_API_VFS_WRITABLE=network systemd-nspawn --quiet --directory="$folder/root" --boot \
  --machine="$name" --register=no --keep-unit --console=pipe --link-journal=no --resolv-conf=off --timezone=off \
  --network-namespace-path="/run/netns/$namespace" --capability=CAP_NET_ADMIN --bind-ro="$lease:$lease_inside" $kvm
'
setsid unshare --mount sh -c "$start_of_text$inner" holdfast-box "$name" "$folder" "$image" "$lease" "$lease_inside" "$namespace" \
  < /dev/null >> "$folder/console" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- &
booted=$!
tries=0
while [ "$tries" -lt 100 ]; do
  if [ -r "$folder/supervisor" ]; then
    read -r pid began < "$folder/supervisor" || pid=0
    if [ "$(start_of "$pid")" = "$began" ]; then exit 0; fi
  fi
  start_of "$booted" > /dev/null || [ "$tries" -lt 5 ] || { tail -n 5 "$folder/console" >&2; exit 1; }
  sleep 0.1; tries=$((tries + 1))
done
tail -n 5 "$folder/console" >&2
exit 1
`;

/** Arguments: pids of the box's first process and of its supervisor (0: none), namespace. Gives the box 20 s to power off. */
export const offScript = String.raw`
set -eu
leader=$1 supervisor=$2 group=$3 turns=0
# A zombie is gone: whoever should collect it may take its time.
lives() { s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; s=${'$'}{s##*) }; [ "${'$'}{s%% *}" != Z ]; }
gone() { { [ "$supervisor" = 0 ] || ! lives "$supervisor"; } && [ -z "$(ip netns pids "$group" 2>/dev/null)" ]; }
if [ "$leader" != 0 ]; then nsenter -t "$leader" -m -r -u -i -n -p -C -- systemctl poweroff || turns=200; else turns=200; fi
while ! gone && [ "$turns" -lt 200 ]; do sleep 0.1; turns=$((turns + 1)); done
while ! gone && [ "$turns" -lt 300 ]; do
  [ "$supervisor" = 0 ] || kill -KILL "$supervisor" 2>/dev/null || :
  kill -KILL $(ip netns pids "$group" 2>/dev/null) 2>/dev/null || :
  sleep 0.1; turns=$((turns + 1)); done
gone
`;

/** Arguments: namespace, links, a comma and the tables of nftables. Removes the network and the emptied control group. */
export const removeNetworkScript = String.raw`
set -eu
namespace=$1; shift
while [ "$1" != , ]; do ip link del "$1" 2>/dev/null || :; shift; done; shift
for table in "$@"; do ! command -v nft > /dev/null || nft delete table ip "$table" 2>/dev/null || :; done
if ip netns list | grep -q "^$namespace\>"; then ip netns del "$namespace"; fi
while read -r _ mountpoint type _; do
  if [ "$type" = cgroup2 ] && [ -d "$mountpoint/$namespace" ]; then
    find "$mountpoint/$namespace" -depth -type d -exec rmdir {} \; 2>/dev/null || :
  fi
done < /proc/self/mounts
`;
