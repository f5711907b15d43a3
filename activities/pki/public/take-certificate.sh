#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Takes a certificate by ACME with a new key, and lays it where HAProxy reads it once OpenSSL verified it.
# Arguments: name, DNS name of the authority, root, folder and configuration of the client, own address, path and port of
# challenges, file with chain and key, file with the chain alone.

# 69: the authority does not answer. Source: sysexits.h
set -eu
umask 077
name=$1 authority=$2 root=$3 client=$4 configuration=$5 address=$6 path=$7 port=$8 target=$9
shift 9
chain=$1
web=$client/web here=$client/web$path/here folder=$(dirname "$target")
ask() { curl --silent --show-error --fail --noproxy '*' --max-time 10 "$@"; }
ask --cacert "$root" "https://$authority/health" > /dev/null || exit 69
mkdir -p "$(dirname "$here")" "$folder"
echo here > "$here"
# What was killed leaves these behind.
rm -rf "$client"/new-*
work=$(mktemp -d "$client/new-XXXXXX")
python3 -m http.server --bind 127.0.0.1 --directory "$web" "$port" > /dev/null 2>&1 &
server=$!
trap 'kill "$server" 2> /dev/null || :; rm -rf "$work"' EXIT
tries=0
until [ "$(ask "http://$address$path/here" 2> /dev/null)" = here ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 40 ] || { echo "HAProxy hands no challenge on at http://$address$path/" >&2; exit 1; }
  sleep 0.5
done
# An account is one of a database of step-ca, which a box that was made anew has not.
rm -rf "$client/accounts"
dehydrated --config "$configuration" --no-lock --register --accept-terms
# A challenge that is not answered stays pending at step-ca, and its client waits for ever.
timeout 90 dehydrated --config "$configuration" --no-lock --cron --force --domain "$name" --out "$work" || {
  [ $? != 124 ] || echo "no certificate within 90 s: does the authority reach http://$name$path/ ?" >&2
  exit 1
}
made=$work/$name
openssl verify -x509_strict -CAfile "$root" -untrusted "$made/chain.pem" "$made/cert.pem"
install -m 644 "$made/fullchain.pem" "$chain.new"
cat "$made/fullchain.pem" "$made/privkey.pem" > "$folder/.new"
sync "$chain.new" "$folder/.new"
mv -T "$chain.new" "$chain"
mv -T "$folder/.new" "$target"
