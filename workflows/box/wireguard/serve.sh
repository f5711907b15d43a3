#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The box's end of the tunnels. Arguments: port, address with its prefix.
# The names of the files and of the link are those of files.ts.
set -eu
port=$1 address=$2
link=hf-clients
folder=/etc/holdfast/wireguard
running=/run/holdfast-wireguard
install -d -m 700 "$running"

# In the kernel where that has WireGuard, else by a program.
program=
ip link delete dev "$link" 2>/dev/null || true
if ! ip link add dev "$link" type wireguard 2>/dev/null; then
  wireguard-go -f "$link" &
  program=$!
  tries=0
  until ip link show dev "$link" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || { echo "wireguard-go made no link in 10 s" >&2; exit 1; }
    kill -0 "$program" || { echo "wireguard-go ended" >&2; exit 1; }
    sleep 0.1
  done
fi
trap 'ip link delete dev "$link" 2>/dev/null || true' EXIT
trap 'exit 0' TERM INT

# A key is 32 bytes: the digest of the secret, which is a text.
take_clients() {
  umask 077
  {
    echo '[Interface]'
    echo "PrivateKey = $(sed '/^#/d' "$folder/secret" | tr -d '\n' | openssl dgst -sha256 -binary | base64)"
    echo "ListenPort = $port"
    cat "$folder/clients.conf"
  } > "$running/link.conf"
  wg syncconf "$link" "$running/link.conf"
  rm "$running/link.conf"
  cp -p "$folder/clients.conf" "$running/clients.conf"
}
take_clients
# Before anything can come through it.
nft -f "$folder/rules.nft"
ip address replace "$address" dev "$link"
ip link set dev "$link" mtu 1360 up
echo 1 > /proc/sys/net/ipv4/ip_forward
systemd-notify --ready

# A client more or less cuts no other one off: the link stays.
while sleep 1; do
  [ -z "$program" ] || kill -0 "$program" || { echo "wireguard-go ended" >&2; exit 1; }
  cmp -s "$folder/clients.conf" "$running/clients.conf" || take_clients
done
