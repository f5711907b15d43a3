#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a signing key, or takes one over from stdin, and serves its public half. Arguments: folder of gpg, name, folder of
# public keys, `make` or `import`. Prints the private key when it was made. Safe to run twice.
set -eu
export GNUPGHOME="$1"
name=$2 public=$3 how=$4
install -d -m 700 "$GNUPGHOME"
if [ "$how" = import ]; then
  gpg --batch --quiet --import
elif ! gpg --batch --quiet --list-secret-keys "=$name" > /dev/null 2>&1; then
  # Never ends: a mirror whose key has ended serves nobody, and clients are told of another one by hand.
  gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "$name" ed25519 sign never
fi
mkdir -p "$public"
gpg --batch --yes --output "$public/archive-keyring.gpg" --export "=$name"
gpg --batch --yes --armor --output "$public/archive-keyring.asc" --export "=$name"
[ "$how" = import ] || gpg --batch --armor --export-secret-keys "=$name"
