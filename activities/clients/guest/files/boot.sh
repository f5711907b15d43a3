#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The way to ssh: a host key made while DHCP waits, the metadata of this server, then its user data.
# The key stands on the console between the lines that cloud-init writes, so that a client can know its server.

# wget's own limit of time ends Debian 12's busybox 1.35 with a segmentation fault.
# @source 5: a look at a busy service; the next comes a second later. 60: a metadata service answers some seconds after the
#   port is up; without one a person still gets a console
say() { echo "holdfast-guest: $*"; }
metadata() { timeout 5 wget -q -O - "http://169.254.169.254/latest/$1" 2>/dev/null; }
ip link set lo up
dropbearkey -t ed25519 -f /etc/dropbear/dropbear_ed25519_host_key > /run/host-key 2>/dev/null & key=$!
for link in /sys/class/net/eth*; do
  ip link set "${link##*/}" up
  udhcpc -i "${link##*/}" -s /etc/dhcp -O mtu -O staticroutes -O search -t 15 -T 1 -A 1 -b > /dev/null 2>&1
done
say "address $(ip -4 -o addr show scope global | sed 's/.*inet \([^ ]*\).*/\1/' | tr '\n' ' ')"
tries=0
until metadata meta-data/instance-id > /run/instance-id && [ -s /run/instance-id ]; do
  tries=$((tries + 1)); [ "$tries" -lt 60 ] || { say 'no metadata'; break; }
  sleep 1
done
if [ -s /run/instance-id ]; then
  name=$(metadata meta-data/local-hostname)
  [ -z "$name" ] || { hostname "${name%%.*}"; echo "127.0.1.1 $name ${name%%.*}" >> /etc/hosts; }
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
