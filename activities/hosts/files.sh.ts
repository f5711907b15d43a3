// SPDX-License-Identifier: Apache-2.0
// Shell scripts that read and write files on a host. Writes are atomic and happen only where something differs.
import { fenceScript } from './fence.sh.ts';

/** stdin: a path a line. stdout per path: `absent`, or mode, owner, group, and the content in base64. */
export const readFilesScript = String.raw`
while read -r path; do
  if [ -f "$path" ]; then
    set -- $(stat -c '%a %U %G' "$path")
    echo "$1 $2 $3 $(base64 -w 0 < "$path")"
  else echo absent; fi
done
`;

/**
 * Arguments: base, lease, row, epoch, occurrence, attempt. stdin per file: mode, owner, group, path and content,
 * the last two in base64. A file that is already so is left alone, time stamps included.
 */
export const writeFilesScript = `${fenceScript}${String.raw`
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
`}`;
