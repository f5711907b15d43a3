#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints what apt would bring up to date in a root file system, a line `Inst NAME [OLD] (NEW ORIGIN [ARCH])` each. Changes
# nothing there. Arguments: the root, text of the sources, folder for apt's lists, lines of apt's configuration.

# apt of this machine asks, with its own proxies and logins, over the root's list of packages. The lists are kept: asked
# again, a suite that has not changed costs one request.
set -eu
root=$1 sources=$2 folder=$3 options=$4
mkdir -p "$folder/lists/partial" "$folder/parts" "$folder/archives/partial"
exec 8>"$folder/lock"; flock 8
printf '%s' "$sources" > "$folder/parts/box.sources"
printf '%s\n' "$options" > "$folder/apt.conf"
apt() {
  apt-get -qq -c "$folder/apt.conf" -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/parts" \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
    -o Dir::State::lists="$folder/lists" -o Dir::State::status="$root/var/lib/dpkg/status" \
    -o Dir::State::extended_states=/dev/null -o Dir::Cache::archives="$folder/archives" -o Dir::Cache::pkgcache= \
    -o Dir::Cache::srcpkgcache= -o APT::Get::Show-User-Simulation-Note=false -o APT::Install-Recommends=false \
    -o Acquire::Languages=none -o APT::Update::Error-Mode=any -o Acquire::Retries=3 -o APT::Sandbox::User=root "$@"
}
apt update >&2
apt --simulate dist-upgrade | grep '^Inst ' || :
