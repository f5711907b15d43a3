#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a binary keyring of a key file, which gpgv and aptly can read. Arguments: key file, keyring, folder of gpg.
# Safe to run twice.
set -eu
[ -r "$1" ] || { echo "there is no key file $1" >&2; exit 1; }
mkdir -p "$(dirname "$2")"
install -d -m 700 "$3"
if grep -q -e '-----BEGIN PGP' "$1"; then gpg --homedir "$3" --batch --dearmor < "$1" > "$2.new"; else cp "$1" "$2.new"; fi
if [ -f "$2" ] && cmp -s "$2" "$2.new"; then rm "$2.new"; else mv "$2.new" "$2"; fi
