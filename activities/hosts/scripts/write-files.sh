#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes files, each atomically and only where something differs. Comes behind fence.sh.
# Arguments: base, lease, step, epoch, occurrence, attempt. stdin per file: mode, owner, group, path and content, the last
# two in base64. A file that is already so is left alone, time stamps included.
fence "$@"
while read -r mode owner group path content; do
  path=$(echo "$path" | base64 -d)
  install -d "$(dirname "$path")"
  next=$path.holdfast-new
  ( echo "$content" | base64 -d > "$next" ) || { rm -f "$next"; exit 1; }
  if [ -f "$path" ] && cmp -s "$path" "$next" && [ "$(stat -c '%a %U %G' "$path")" = "$mode $owner $group" ]; then
    rm -f "$next"
  else
    { chown "$owner:$group" "$next" && chmod "$mode" "$next" && sync "$next" && mv -T "$next" "$path"; } || {
      rm -f "$next"; exit 1
    }
    echo "$path"
  fi
done
