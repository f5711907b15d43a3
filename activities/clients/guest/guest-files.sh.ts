// SPDX-License-Identifier: Apache-2.0
// The guest's own files: what runs inside the first image, in busybox's sh. Builds nothing.

/** First process: says that it lives, loads the drivers, becomes busybox's init. */
const init = String.raw`#!/bin/sh
echo 'holdfast-guest: init'
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t proc proc /proc
mount -t sysfs sys /sys
while read -r module; do insmod "/lib/modules/$module"; done < /lib/modules/order
exec /bin/init
`;

const inittab = String.raw`::sysinit:/etc/boot
::respawn:/etc/power
`;

/**
 * The way to ssh: a host key made while DHCP waits, the metadata of this server, then its user data.
 * The key stands on the console between the lines that cloud-init writes, so that a client can know its server.
 * wget's own limit of time ends Debian 12's busybox 1.35 with a segmentation fault.
 * @source 5: a look at a busy service; the next comes a second later. 60: a metadata service answers some seconds after the port is up; without one a person still gets a console
 */
const boot = String.raw`#!/bin/sh
say() { echo "holdfast-guest: $*"; }
metadata() { timeout 5 wget -q -O - "http://169.254.169.254/latest/$1" 2>/dev/null; }
ip link set lo up
dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key > /run/host-key 2>/dev/null & key=$!
for link in /sys/class/net/eth*; do
  ip link set "${'$'}{link##*/}" up
  udhcpc -i "${'$'}{link##*/}" -s /etc/dhcp -O mtu -O staticroutes -O search -t 15 -T 1 -A 1 -b > /dev/null 2>&1
done
say "address $(ip -4 -o addr show scope global | sed 's/.*inet \([^ ]*\).*/\1/' | tr '\n' ' ')"
tries=0
until metadata meta-data/instance-id > /run/instance-id && [ -s /run/instance-id ]; do
  tries=$((tries + 1)); [ "$tries" -lt 60 ] || { say 'no metadata'; break; }
  sleep 1
done
if [ -s /run/instance-id ]; then
  name=$(metadata meta-data/local-hostname)
  [ -z "$name" ] || { hostname "${'$'}{name%%.*}"; echo "127.0.1.1 $name ${'$'}{name%%.*}" >> /etc/hosts; }
  metadata meta-data/public-keys/0/openssh-key > /root/.ssh/authorized_keys
  metadata user-data > /run/user-data
fi
wait "$key"
echo '-----BEGIN SSH HOST KEY KEYS-----'
sed -n 's/^\(ssh-ed25519 [^ ]*\).*/\1 root@guest/p' /run/host-key
echo '-----END SSH HOST KEY KEYS-----'
dropbear -s -E 2> /run/dropbear.log
read -r seconds _ < /proc/uptime
say "ready after $seconds s"
if [ "$(head -c 2 /run/user-data)" = '#!' ]; then
  chmod 700 /run/user-data
  ( /run/user-data < /dev/null > /run/user-data.log 2>&1; say "user data ended with exit code $?" ) &
fi
`;

/** What udhcpc calls: address, MTU, routes (option 121 before the router), resolvers. */
const dhcp = String.raw`#!/bin/sh
case $1 in bound | renew) ;; *) exit 0 ;; esac
[ "$1" = renew ] || ip addr flush dev "$interface"
ip addr add "$ip/$mask" broadcast + dev "$interface" 2>/dev/null
[ -z "$mtu" ] || ip link set "$interface" mtu "$mtu"
if [ -n "$staticroutes" ]; then
  set -- $staticroutes
  while [ "$#" -ge 2 ]; do
    [ "$2" = 0.0.0.0 ] && way= || way="via $2"
    ip route replace "$1" $way dev "$interface"
    shift 2
  done
else
  for gateway in $router; do ip route replace default via "$gateway" dev "$interface"; break; done
fi
{
  names=${'$'}{search:-$domain}
  [ -z "$names" ] || echo "search $names"
  for server in $dns; do echo "nameserver $server"; done
} > /etc/resolv.conf
`;

/** Waits for the power button of ACPI, which a hypervisor presses to end its guest. */
const power = String.raw`#!/bin/sh
for each in /sys/class/input/event*; do
  [ "$(cat "$each/device/name" 2>/dev/null)" != 'Power Button' ] ||
    ( dd "if=/dev/input/${'$'}{each##*/}" of=/dev/null bs=24 count=1 2>/dev/null && poweroff ) &
done
wait
sleep 3600
`;

export interface GuestFile {
  readonly path: string;
  readonly mode: string;
  readonly text: string;
}

export const guestFiles: readonly GuestFile[] = [
  { path: 'init', mode: '755', text: init },
  { path: 'etc/boot', mode: '755', text: boot },
  { path: 'etc/dhcp', mode: '755', text: dhcp },
  { path: 'etc/power', mode: '755', text: power },
  { path: 'etc/inittab', mode: '644', text: inittab },
  { path: 'etc/hosts', mode: '644', text: '127.0.0.1 localhost\n' },
  { path: 'etc/passwd', mode: '644', text: 'root:*:0:0:root:/root:/bin/sh\n' },
  { path: 'etc/group', mode: '644', text: 'root:x:0:\n' },
  { path: 'etc/shells', mode: '644', text: '/bin/sh\n' },
];
