#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints the age in seconds of a credential file (or "absent"), then a line for each marker of a login: its name, the start of
# its process now (or "gone"), its age in seconds, its text. Arguments: folder of the markers, credential file.
set -eu
now=$(date +%s)
if changed=$(stat -c %Y "$2" 2>/dev/null); then echo $((now - changed)); else echo absent; fi
[ -d "$1" ] || exit 0
for marker in "$1"/*; do
  [ -f "$marker" ] || continue
  name=${marker##*/}
  case $name in *.new) continue ;; esac
  stat_file=/proc/${name%%-*}/stat
  started=gone
  # Field 22, counted behind the name of the program, which may hold blanks.
  if [ -r "$stat_file" ]; then started=$(sed 's/.*) //' "$stat_file" | cut -d ' ' -f 20); fi
  changed=$(stat -c %Y "$marker" 2>/dev/null) || continue
  printf '%s %s %s %s\n' "$name" "$started" "$((now - changed))" "$(cat "$marker")"
done
