#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a bare repository of packs, checks every object of it, and writes what clients without a server read. Safe to run twice
# and to be killed anywhere. Arguments: its folder, the ref of HEAD, commands of `git update-ref --stdin`, then the packs.
set -eu
target=$1 head=$2 refs=$3; shift 3
new=$target.new
rm -rf "$new" "$target"
mkdir -p "$(dirname "$target")"
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_DIR="$new"
git init --quiet --bare --template= --initial-branch=unborn "$new"
mkdir -p "$new/objects/pack"
for pack in "$@"; do
  # A pack is named by the SHA-1 that ends it: clients take no other name.
  name=$new/objects/pack/pack-$(tail -c 20 "$pack" | od -An -v -tx1 | tr -d ' \n')
  ln -s -f -r "$pack" "$name.pack"
  git index-pack -o "$name.idx" "$name.pack" > /dev/null
done
git update-ref --stdin < "$refs"
git pack-refs --all
git symbolic-ref HEAD "$head"
git fsck --full --no-dangling --no-progress
git update-server-info
chmod -R a+rX "$new"
mv -T "$new" "$target"
