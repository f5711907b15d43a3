#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Has squid let through the named hosts and no others. The former list comes back when squid does not do so. Safe to run twice
# and to be killed anywhere. Arguments: configuration, list, folder of logs, port, URL that is allowed, then the hosts.

# squid takes a list that is absent or empty without a word: it is never written so.
set -eu
configuration=$1 list=$2 logs=$3 port=$4 good=$5; shift 5
[ $# -gt 0 ] || { echo 'no host is named' >&2; exit 64; }
install -d -o proxy -g proxy -m 755 "$logs"
# What a killed run left is the former list still.
[ ! -e "$list" ] || [ -e "$list.former" ] || cp "$list" "$list.former"
printf '%s\n' "$@" > "$list.new"
sed "s#\"$list\"#\"$list.new\"#" "$configuration" > "$configuration.new"
said=$(squid -f "$configuration.new" -k parse 2>&1) || { echo "squid does not take the list: ${said: -300}" >&2; rm -f "$list.new" "$configuration.new" "$list.former"; exit 1; }
rm -f "$configuration.new"
if grep -q -E 'FATAL|ERROR' <<< "$said"; then
  echo "squid does not take the list: $(grep -E 'FATAL|ERROR' <<< "$said" | tail -n 1)" >&2
  rm -f "$list.new" "$list.former"
  exit 1
fi
mv "$list.new" "$list"
# One that does not run reads the list at its start.
if squid -f "$configuration" -k check 2> /dev/null; then
  squid -f "$configuration" -k reconfigure
  if ! why=$(bash -c "$HOLDFAST_PROBE" probe "$port" "$good" 2>&1); then
    if [ -e "$list.former" ]; then mv "$list.former" "$list"; else rm -f "$list"; fi
    squid -f "$configuration" -k reconfigure || :
    echo "the former list is back: $why" >&2
    exit 1
  fi
fi
rm -f "$list.former"
