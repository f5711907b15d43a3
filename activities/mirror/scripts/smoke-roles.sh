#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has a real ansible-galaxy install roles from a staged server. Prints how many came. No altered one is tried: clients check no
# digest of a role. Arguments: address of the server, port, name of the galaxy, then `NAME,VERSION` for each role.
set -eu
server=$1 port=$2 galaxy=$3; shift 3
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

: > "$root/ansible.cfg"
count=0
for role in "$@"; do
  # One folder holds one version of a role.
  rm -rf "$root/roles"
  env -i PATH="$PATH" HOME="$root" LC_ALL=C.UTF-8 ANSIBLE_HOME="$root/home" ANSIBLE_CONFIG="$root/ansible.cfg" \
    ansible-galaxy role install --no-deps --timeout 20 --server "http://$server:$port/staging-ansible/$galaxy/" \
    --roles-path "$root/roles" "$role"
  [ -e "$root/roles/${role%%,*}/meta/main.yml" ] || { echo "ansible-galaxy installed no $role" >&2; exit 1; }
  count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo 'ansible-galaxy installed no role' >&2; exit 1; }
echo "$count"
