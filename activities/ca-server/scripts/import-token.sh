#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copies a token of SoftHSM and the file with its PIN into the folder of a box, or compares them. Prints what differs.
# Arguments: `compare`, `copy` or `swap`, token folder, serial number of the token, PIN file, target folder.

# A token of SoftHSM is a folder whose name ends in its serial number, a hyphen after the fourth digit. The copy is complete,
# and its owners are set from inside the box, before `swap` puts it in the place of the last one. The PIN passes through no
# argument and no memory of ours.
set -eu
how=$1 folder=$2 serial=$3 pin=$4 target=$5
if [ "$how" = swap ]; then
  rm -rf "$target.old"
  [ ! -d "$target" ] || mv "$target" "$target.old"
  mv "$target.new" "$target"
  rm -rf "$target.old"
  exit 0
fi
tail=$(printf %s "$serial" | cut -c 1-4)-$(printf %s "$serial" | cut -c 5-)
found=$(find "$folder" -mindepth 1 -maxdepth 1 -type d -name "*-$tail")
[ "$(printf '%s\n' "$found" | grep -c .)" = 1 ] || { echo "no token of SoftHSM with the serial number $serial" >&2; exit 1; }
[ -f "$pin" ] || { echo "there is no file $pin" >&2; exit 1; }
case $(stat -c %a "$pin") in *00) ;; *) echo "others than its owner may read $pin: chmod 600 $pin" >&2; exit 1 ;; esac
name=$(basename "$found")
if [ "$how" = compare ]; then
  # Both sides count their uses: keys and certificates alone are compared.
  for object in "$found"/*-*.object; do
    cmp -s "$object" "$target/tokens/$name/$(basename "$object")" || { echo token; break; }
  done
  cmp -s "$pin" "$target/pin" || echo PIN
  exit 0
fi
umask 077
rm -rf "$target.new"
mkdir -p "$target.new/tokens"
cp -r "$found" "$target.new/tokens/$name"
cp "$pin" "$target.new/pin"
