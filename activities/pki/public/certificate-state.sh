#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints what a file with certificate, chain and key is, without the key: its rights, `same` when the second file has the
# same certificates, the public half of the key, the certificates. Nothing for a file that is absent.
# Arguments: file, file with the chain alone.
set -eu
[ -f "$1" ] || exit 0
certificates() { sed -n '/^-----BEGIN CERTIFICATE-----$/,/^-----END CERTIFICATE-----$/p' "$1"; }
stat -c '%a %U %G' "$1"
if [ -f "$2" ] && [ "$(certificates "$1")" = "$(certificates "$2")" ]; then echo same; else echo another; fi
openssl pkey -in "$1" -pubout 2> /dev/null || :
certificates "$1"
