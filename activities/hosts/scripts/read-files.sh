#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reads files. stdin: a path a line.
# stdout per path: `absent`, or mode, owner, group, and the content in base64.
while read -r path; do
  if [ -f "$path" ]; then
    # shellcheck disable=SC2046 # words
    set -- $(stat -c '%a %U %G' "$path")
    echo "$1 $2 $3 $(base64 -w 0 < "$path")"
  else echo absent; fi
done
