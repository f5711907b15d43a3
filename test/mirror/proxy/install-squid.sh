#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks squid of this machine's Debian with its libraries, without installing it. Arguments: directory. The mark is made last.
set -e
directory=$1
[ -e "$directory/complete" ] && exit 0
rm -rf "$directory/packages" "$directory/root" "${directory:?}/bin"
mkdir -p "$directory/packages" "$directory/bin"
cd "$directory/packages"
set -- squid squid-common libecap3 libtdb1 libltdl7 libnetfilter-conntrack3 libnfnetlink0 squid-langpack
apt-get download "$@" || { apt-get update; apt-get download "$@"; }
for package in *.deb; do dpkg -x "$package" "$directory/root"; done
libraries=$(echo "$directory"/root/usr/lib/*-linux-gnu)
# shellcheck disable=SC2016 # the words of the program
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$libraries" "$directory/root/usr/sbin/squid" > "$directory/bin/squid"
chmod 755 "$directory/bin/squid"
: > "$directory/complete"
