#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes Keystone's fernet and credential keys. Arguments: names of repositories.
# Keys 0 and 1 in each, of 32 random bytes, as `keystone-manage fernet_setup` and `credential_setup` leave them, without the
# seconds that each of these takes to start.

# A key that is there stays, and one without content is none: a link never takes another's place.
set -eu
umask 077
for name in "$@"; do
  folder=/etc/keystone/$name
  install -d -o keystone -g keystone -m 700 "$folder"
  rm -f "$folder"/*.tmp
  for key in 0 1; do
    [ ! -s "$folder/$key" ] || { chown keystone:keystone "$folder/$key"; continue; }
    rm -f "$folder/$key"
    head -c 32 /dev/urandom | base64 -w 0 | tr '+/' '-_' > "$folder/$key.tmp"
    chown keystone:keystone "$folder/$key.tmp"
    sync "$folder/$key.tmp"
    ln "$folder/$key.tmp" "$folder/$key"
    rm "$folder/$key.tmp"
  done
done
