#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a chain with the names of Yubico and keys of its own in a folder: attestor.pem and statement.pem.
set -eu
cd "$1"
printf 'basicConstraints=critical,CA:true\n' > authority.ext
printf '1.3.6.1.4.1.41482.3.3=DER:050206\n1.3.6.1.4.1.41482.3.7=DER:0204000001\n1.3.6.1.4.1.41482.3.8=DER:0302\n' > statement.ext
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -subj '/CN=Yubico PIV Root CA Serial 263751' -days 10 -keyout root.key -out root.pem
issue() { # file, name, issuer, extensions
  openssl req -newkey rsa:2048 -nodes -sha256 -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -CAcreateserial -days 10 -extfile "$4.ext" -out "$1.pem"
}
issue attestor 'Yubico PIV Attestation' root authority
issue statement 'YubiKey PIV Attestation 9c' attestor statement
