#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lends a build the proxies and logins of this machine's apt, and takes them back: none stays in what is built. A hook of
# mmdebstrap, whose root is $1. `$2` is `lend` before packages are fetched, `take` at the end.
set -eu
apt=$1/etc/apt
case $2 in
  lend)
    umask 077
    mkdir -p "$apt/apt.conf.d" "$apt/auth.conf.d"
    for file in /etc/apt/auth.conf /etc/apt/auth.conf.d/*.conf; do
      [ ! -e "$file" ] || cp "$file" "$apt/auth.conf.d/holdfast-lent-$(basename "$file" .conf).conf"
    done
    apt-config dump --format '%f "%v";%n' Acquire > "$apt/apt.conf.d/00holdfast-lent.all"
    grep -iE '^Acquire::https?::Proxy' "$apt/apt.conf.d/00holdfast-lent.all" > "$apt/apt.conf.d/00holdfast-lent" || :
    rm "$apt/apt.conf.d/00holdfast-lent.all"
    ;;
  take) rm -f "$apt/apt.conf.d/00holdfast-lent" "$apt"/auth.conf.d/holdfast-lent-* ;;
esac
