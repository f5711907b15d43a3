#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Removes from aptly the mirrors and snapshots that are not in a list, and the packages that none names any more. Safe to run
# twice and to be killed anywhere. Arguments: configuration, folder of gpg, list of snapshots to keep.

# A snapshot that is published is refused by aptly itself: it ends the script, since a kept revision must name it.
set -eu
configuration=$1 keep=$3
export GNUPGHOME="$2"
aptly() { command aptly -config="$configuration" "$@"; }
aptly mirror list -raw | while read -r name; do aptly mirror drop -force "$name"; done
aptly snapshot list -raw | while read -r name; do
  grep -q -x -F -e "$name" "$keep" || aptly snapshot drop -force "$name"
done
aptly db cleanup
