#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes folders of keys hold these files and no others. Comes behind fence.sh.
# Arguments: base, lease, step, epoch, occurrence, attempt. stdin: `folder PATH`, and per file of the folder above it `file NAME CONTENT`,
# the content in base64.
fence "$@"
# Keystone reads every name that it finds: what is half written lies elsewhere.
work=/etc/keystone/.holdfast-keys
rm -rf "$work"
mkdir -m 700 "$work"
trap 'rm -rf "$work"' EXIT
folder=
# What comes first is written first, and nothing goes before all is there: a key that is used is never away.
while read -r kind name content; do
  case $kind in
    folder)
      folder=$name
      install -d -o keystone -g keystone -m 700 "$folder"
      echo "$folder" >> "$work/folders"
      ;;
    file)
      echo "$folder/$name" >> "$work/names"
      echo "$content" | base64 -d > "$work/next"
      [ ! -d "$folder/$name" ] || rm -rf "${folder:?}/$name"
      if ! cmp -s "$folder/$name" "$work/next" || [ "$(stat -c '%a %U %G' "$folder/$name")" != '600 keystone keystone' ]; then
        chown keystone:keystone "$work/next"
        chmod 600 "$work/next"
        sync "$work/next"
        mv -T "$work/next" "$folder/$name"
        echo "$folder/$name"
      fi
      ;;
  esac
done
while read -r folder; do
  find "$folder" -mindepth 1 -maxdepth 1 | while read -r path; do
    grep -qxF "$path" "$work/names" || rm -rf "$path"
  done
done < "$work/folders"
