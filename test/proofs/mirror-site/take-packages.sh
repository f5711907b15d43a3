#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has a real apt-get take a package with what it depends on, into a root of its own. Prints the names of the files that came.
# Arguments: root, URL of the archive, URL of its key, suite, package.
set -eu
root=$1 archive=$2 key=$3 suite=$4 package=$5
rm -rf "$root"
mkdir -p "$root/etc/apt/apt.conf.d" "$root/etc/apt/preferences.d" "$root/etc/apt/trusted.gpg.d" \
  "$root/var/lib/apt/lists/partial" "$root/var/cache/apt/archives/partial" "$root/var/lib/dpkg"
: > "$root/status"
curl --silent --show-error --fail --noproxy '*' --output "$root/key.gpg" "$key"
echo "deb [signed-by=$root/key.gpg] $archive $suite main" > "$root/sources.list"
apt_of() {
  env -i PATH="$PATH" HOME="$root" DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 \
    -o Dir="$root" -o Dir::State::status="$root/status" -o Dir::Etc::sourcelist="$root/sources.list" \
    -o APT::Architecture=amd64 -o APT::Architectures::=amd64 -o APT::Update::Error-Mode=any \
    -o APT::Sandbox::User=root -o Acquire::Retries=0 -o Acquire::http::Timeout=20 -o Acquire::http::Proxy=false \
    -o Acquire::Languages=none "$@" >&2
}
apt_of update
apt_of --yes --download-only install "$package"
cd "$root/var/cache/apt/archives" && ls ./*.deb
