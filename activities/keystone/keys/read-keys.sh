#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Reads folders of keys. Arguments: folders.
# stdout per folder: `folder` and its mode, owner and group, or `absent`; then per file `file`, the same of it, its name and its content, the last in base64.
set -eu
for folder in "$@"; do
  [ -d "$folder" ] || { echo absent; continue; }
  echo "folder $(stat -c '%a %U %G' "$folder")"
  find "$folder" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | while read -r name; do
    # What is no file has no content: it is one too many all the same.
    content=
    [ ! -f "$folder/$name" ] || content=$(base64 -w 0 < "$folder/$name")
    echo "file $(stat -c '%a %U %G' "$folder/$name") $name $content"
  done
done
