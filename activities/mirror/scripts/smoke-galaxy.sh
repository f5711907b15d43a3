#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has a real ansible-galaxy install collections from a staged server, and refuse one that was altered. Prints how many came.

# Arguments: address of the server, port, name of the galaxy, its staged folder, folder of the artifacts, folder of twins,
# collection of the twin, its version, its artifact below the folder of the artifacts, collections to install with what they
# depend on by space, then a word for each round of collections without that, by space.
set -eu
server=$1 port=$2 galaxy=$3 staged=$4 artifacts=$5 twins=$6 collection=$7 version=$8 artifact=$9; shift 9
closure=$1; shift
root=$(mktemp -d)
twin=$twins/bad-collection
leave() { rm -rf "$root" "$twin"; }
leave; mkdir -p "$root"
trap leave EXIT

# An empty configuration and no cache: a warm one hides a document that changed.
: > "$root/ansible.cfg"
galaxy_of() { # URL below the server, folder, then the words of ansible-galaxy
  url=$1 folder=$2; shift 2
  mkdir -p "$folder"
  env -i PATH="$PATH" HOME="$root" LC_ALL=C.UTF-8 ANSIBLE_HOME="$root/home" ANSIBLE_CONFIG="$root/ansible.cfg" \
    ANSIBLE_COLLECTIONS_PATH="$folder" ansible-galaxy collection install --no-cache --clear-response-cache --timeout 20 \
    --server "http://$server:$port/$url/" --collections-path "$folder" "$@"
}

count=0
for round in "$@"; do
  rm -rf "$root/round"
  # shellcheck disable=SC2086 # words
  galaxy_of "staging-ansible/$galaxy" "$root/round" --no-deps $round
  count=$((count + $(find "$root/round/ansible_collections" -mindepth 3 -maxdepth 3 -name MANIFEST.json | wc -l)))
done
[ "$count" -gt 0 ] || { echo 'ansible-galaxy installed nothing' >&2; exit 1; }
# shellcheck disable=SC2086 # words
[ -z "$closure" ] || galaxy_of "staging-ansible/$galaxy" "$root/closure" $closure

mkdir -p "$twin"
cp -R "$staged/api" "$twin/api"
# Other types are answered at this place.
find "$twin/api" -name index.json | while read -r page; do cp "$page" "${page%.json}.html"; done
cp -L "$artifacts/$artifact" "$twin/altered.tar.gz"
# Of the same size, and another last byte. The store is read-only, and so is a copy.
chmod u+w "$twin/altered.tar.gz"
truncate --size=-1 "$twin/altered.tar.gz"; printf '\377' >> "$twin/altered.tar.gz"
page=$twin/api/v3/collections/$(echo "$collection" | tr . /)/versions/$version/index.html
sed -i "s#\"download_url\":\"[^\"]*\"#\"download_url\":\"/twins/bad-collection/altered.tar.gz\"#" "$page"
if galaxy_of twins/bad-collection "$root/twin" --no-deps "$collection:==$version" > "$root/said" 2>&1; then
  echo 'ansible-galaxy took a collection that was altered' >&2; exit 1
fi
# One that fails for another reason proves nothing.
grep -q -i 'mismatch artifact hash' "$root/said" || { echo "ansible-galaxy failed at an altered collection for another reason: $(tail -n 3 "$root/said")" >&2; exit 1; }
echo "$count"
