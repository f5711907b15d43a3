#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints what a package source lacks for an installation from nothing: a line `package NAME` for each that it does not have, and a
# line `broken TEXT` for each dependency that it cannot meet. Installs nothing. Arguments: text of the sources, lines of
# apt's configuration, packages by space.
set -euf
sources=$1 options=$2 packages=$3
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc/apt/apt.conf.d" "$root/etc/apt/preferences.d" "$root/etc/apt/trusted.gpg.d" \
  "$root/etc/apt/sources.list.d" "$root/var/lib/apt/lists/partial" "$root/var/cache/apt/archives/partial" "$root/var/lib/dpkg"
: > "$root/var/lib/dpkg/status"
printf '%s' "$sources" > "$root/etc/apt/sources.list.d/site.sources"
printf '%s\n' "$options" > "$root/apt.conf"
apt() {
  env -i PATH="$PATH" HOME="$root" LC_ALL=C apt-get -q -c "$root/apt.conf" -o Dir="$root" \
    -o Dir::State::status="$root/var/lib/dpkg/status" -o APT::Update::Error-Mode=any -o APT::Install-Recommends=false \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 -o Acquire::http::Timeout=20 \
    -o APT::Get::Show-User-Simulation-Note=false "$@"
}
apt update >&2
while :; do
  # shellcheck disable=SC2086 # words
  ! apt --simulate install $packages > "$root/said" 2> "$root/errors" || exit 0
  lacking=$(sed -n -e 's/^E: Unable to locate package \(.*\)/\1/p' \
    -e "s/^E: Package '\(.*\)' has no installation candidate/\1/p" "$root/errors" | sort -u)
  [ -n "$lacking" ] || break
  for name in $lacking; do
    echo "package $name"
    # shellcheck disable=SC2086 # words
    packages=$(printf '%s\n' $packages | grep -v -x -F -e "$name" || :)
  done
  [ -n "$packages" ] || exit 0
done
if grep -q 'unmet dependencies' "$root/said"; then
  sed -n '/unmet dependencies/,$s/^ *\([a-z0-9].*\)$/broken \1/p' "$root/said"
else
  cat "$root/errors" >&2; exit 1
fi
