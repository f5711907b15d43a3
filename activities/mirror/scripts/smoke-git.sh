#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has a real git clone staged repositories, and refuse one with an altered pack. Prints how many refs were as they are pinned.
# Arguments: address of the server, port, staged folder, folder of twins, then `REPOSITORY REF=ID ...` for each repository.

# The first one is altered.
set -eu
server=$1 port=$2 staged=$3 twins=$4; shift 4
root=$(mktemp -d)
twin=$twins/bad-pack
leave() { rm -rf "$root" "$twin"; }
leave; mkdir -p "$root"
trap leave EXIT

git_of() { # The words of git
  env -i PATH="$PATH" HOME="$root" LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_TERMINAL_PROMPT=0 git "$@"
}

first=${1%% *}
count=0
for repository in "$@"; do
  # shellcheck disable=SC2086 # words
  set -- $repository
  name=$1; shift
  rm -rf "$root/clone"
  git_of clone --quiet --mirror "http://$server:$port/staging-git/$name.git" "$root/clone"
  for pinned in "$@"; do
    have=$(git_of -C "$root/clone" rev-parse "${pinned%=*}")
    [ "$have" = "${pinned#*=}" ] || { echo "$name ${pinned%=*} is $have" >&2; exit 1; }
    count=$((count + 1))
  done
  git_of -C "$root/clone" fsck --no-dangling --no-progress
done
[ "$count" -gt 0 ] || { echo 'git took nothing' >&2; exit 1; }

mkdir -p "$twin"
cp -RL "$staged/$first.git" "$twin/$first.git"
for pack in "$twin/$first.git"/objects/pack/*.pack; do
  # Of the same size, and another byte in its middle. The store is read-only, and so is a copy.
  chmod u+w "$pack"
  at=$(($(stat -c %s "$pack") / 2))
  byte=$(od -An -v -tu1 -j "$at" -N 1 "$pack" | tr -d ' ')
  # shellcheck disable=SC2059 # an octal byte
  printf "\\$(printf %o $(((byte + 1) % 256)))" | dd of="$pack" bs=1 seek="$at" conv=notrunc status=none
done
if git_of clone --quiet --mirror "http://$server:$port/twins/bad-pack/$first.git" "$root/twin" > "$root/said" 2>&1; then
  echo 'git took a pack that was altered' >&2; exit 1
fi
# One that fails for another reason proves nothing.
grep -q -i -e 'corrupt' -e 'inflate' -e 'checksum' -e 'mismatch' -e 'index-pack' "$root/said" ||
  { echo "git failed at an altered pack for another reason: $(tail -n 3 "$root/said")" >&2; exit 1; }
echo "$count"
