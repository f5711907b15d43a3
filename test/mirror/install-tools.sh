#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks aptly and nginx of this machine's Debian beside it, without installing them. Arguments: directory. The mark is made last.
set -e
[ -e "$1/complete" ] && exit 0
rm -rf "$1/packages" "$1/root"
mkdir -p "$1/packages"
cd "$1/packages"
apt-get download aptly nginx nginx-common || { apt-get update; apt-get download aptly nginx nginx-common; }
for package in *.deb; do dpkg -x "$package" "$1/root"; done
: > "$1/complete"
