#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Publishes an aptly snapshot under a prefix, signed with a date of now. Safe to run twice and to be killed anywhere.
# Arguments: configuration, folder of gpg, key, prefix, suite, architectures by comma, snapshot.

# By-hash, and no cleanup: clients that read the index of a minute ago still find what it names.
# A published list that aptly does not know any more is overwritten: its files are named after their content.
set -eu
configuration=$1 key=$3 prefix=$4 suite=$5 architectures=$6 snapshot=$7
export GNUPGHOME="$2"
aptly() { command aptly -config="$configuration" "$@"; }
if aptly publish show "$suite" "$prefix" > /dev/null 2>&1; then
  aptly publish switch -batch -gpg-key="$key" -skip-cleanup -force-overwrite "$suite" "$prefix" "$snapshot"
else
  aptly publish snapshot -batch -gpg-key="$key" -acquire-by-hash -force-overwrite -distribution="$suite" \
    -architectures="$architectures" -component=main "$snapshot" "$prefix"
fi
