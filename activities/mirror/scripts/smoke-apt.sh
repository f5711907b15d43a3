#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has a real apt take all of a staged archive, and refuse altered copies. Prints how many packages came.
# Arguments: address of the server, port, public key, staged folder, folder of twins, source, suites by space, architecture,
# `closure` or `none`, packages by space.

# apt has roots of its own, without an installed package: what is not in the archive, it misses. Whatever a killed trial left
# is taken away first.
set -eu
server=$1 port=$2 key=$3 staged=$4 twins=$5; shift 5
source=$1 suites=$2 architecture=$3 dependencies=$4 packages=$5
root=$(mktemp -d)
leave() { rm -rf "$root" "$twins/bad-signature" "$twins/bad-package"; }
leave; mkdir -p "$root"
trap leave EXIT

apt_of() { # ROOT, then the words of apt-get
  in=$1; shift
  env -i PATH="$PATH" HOME="$in" DEBIAN_FRONTEND=noninteractive apt-get \
    -o Dir="$in" -o Dir::State::status="$in/status" -o Dir::Etc::sourcelist="$in/sources.list" \
    -o APT::Architecture="$architecture" -o APT::Architectures::="$architecture" -o APT::Update::Error-Mode=any \
    -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
    -o Acquire::http::Proxy=false -o Acquire::Languages=none "$@"
}
new_root() { # ROOT URL
  rm -rf "$1"
  mkdir -p "$1/etc/apt/apt.conf.d" "$1/etc/apt/preferences.d" "$1/etc/apt/trusted.gpg.d" "$1/var/lib/apt/lists/partial" \
    "$1/var/cache/apt/archives/partial" "$1/var/lib/dpkg"
  : > "$1/status"
  for suite in $suites; do echo "deb [signed-by=$key] $2 $suite main"; done > "$1/sources.list"
}
take() { # ROOT
  # shellcheck disable=SC2086 # words
  if [ "$dependencies" = none ]; then ( cd "$1/var/cache/apt/archives" && apt_of "$1" download $packages )
  elif ! apt_of "$1" --yes --download-only install $packages; then
    # Packages that exclude each other are taken one by one.
    for package in $packages; do apt_of "$1" --yes --download-only install "$package"; done
  fi
}
must_refuse() { # WHAT, words that apt says of it, then a command
  what=$1 words=$2; shift 2
  if "$@" > "$root/said" 2>&1; then echo "apt took $what" >&2; exit 1; fi
  # One that fails for another reason proves nothing.
  grep -q -i "$words" "$root/said" || { echo "apt failed at $what for another reason: $(tail -n 3 "$root/said")" >&2; exit 1; }
}

new_root "$root/good" "http://$server:$port/staging/$source"
apt_of "$root/good" update
take "$root/good"
count=$(find "$root/good/var/cache/apt/archives" -name '*.deb' | wc -l)
[ "$count" -gt 0 ] || { echo 'apt took no package' >&2; exit 1; }

mkdir -p "$twins"
mkdir -p "$twins/bad-signature"
cp -a "$staged/dists" "$twins/bad-signature/dists"
find "$twins/bad-signature/dists" -name InRelease -exec sed -i 's/^Date: ./Date: x/' {} +
new_root "$root/twin" "http://$server:$port/twins/bad-signature"
must_refuse 'an index with a bad signature' signature apt_of "$root/twin" update

mkdir -p "$twins/bad-package"
cp -a "$staged/dists" "$twins/bad-package/dists"
cp -as "$staged/pool" "$twins/bad-package/pool"
find "$twins/bad-package/pool" -name '*.deb' | while read -r path; do
  cp --remove-destination "$(readlink "$path")" "$path.new"
  # Of the same size, and another last byte.
  truncate --size=-1 "$path.new"; printf '\377' >> "$path.new"
  mv "$path.new" "$path"
done
new_root "$root/twin" "http://$server:$port/twins/bad-package"
apt_of "$root/twin" update > /dev/null
must_refuse 'a package that was altered' 'hash sum mismatch' take "$root/twin"
echo "$count"
