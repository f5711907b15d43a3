#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes an aptly snapshot of exactly the packages of a list. Safe to run twice and to be killed anywhere.
# Arguments: configuration, folder of gpg, snapshot, URL, suite, component, architectures by comma, keyring, list of packages.

# A mirror of an earlier try is made anew: what it fetched lies in the pool, and the archive is on loopback. A filter that
# is empty would mirror everything.
set -eu
configuration=$1 snapshot=$3 url=$4 suite=$5 component=$6 architectures=$7 keyring=$8 list=$9
export GNUPGHOME="$2"
aptly() { command aptly -config="$configuration" "$@"; }
! aptly snapshot show "$snapshot" > /dev/null 2>&1 || exit 0
if [ ! -s "$list" ]; then aptly snapshot create "$snapshot" empty; exit 0; fi
! aptly mirror show "$snapshot" > /dev/null 2>&1 || aptly mirror drop -force "$snapshot"
aptly mirror create -architectures="$architectures" -keyring="$keyring" -filter="$(paste -s -d '|' "$list")" \
  "$snapshot" "$url" "$suite" "$component"
aptly mirror update -keyring="$keyring" -max-tries=3 "$snapshot"
aptly snapshot create "$snapshot" from mirror "$snapshot"
