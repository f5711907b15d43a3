#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks the signature of an InRelease file and prints the text that was signed. Arguments: keyring. stdin: the file.

# One good signature is enough, since archives sign with keys of two releases; a bad one is never. A signature of an expired
# or revoked key is valid to gpg and good to nobody, and one by SHA-1 is none.
set -eu
keyring=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/signed"
gpgv --homedir "$folder" --keyring "$keyring" --weak-digest SHA1 --status-fd 3 --output "$folder/text" \
  "$folder/signed" 3> "$folder/status" 2> "$folder/said" || :
refuse() { echo "$1: $(tr '\n' ' ' < "$folder/said" | tail -c 300)" >&2; exit 65; }
! grep -q '^\[GNUPG:\] BADSIG ' "$folder/status" || refuse 'a signature is bad'
grep -q '^\[GNUPG:\] GOODSIG ' "$folder/status" || refuse 'no good signature of a key in the keyring'
[ -s "$folder/text" ] || refuse 'nothing in it is signed'
cat "$folder/text"
