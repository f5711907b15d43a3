#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles the verifier of Go from stdin, once for each of its sources and versions of Go; prints that version and the program.
# Arguments: the folder of the cache, the digest of the source. Ends with 69 where Go is not installed.
set -eu
folder=$1 digest=$2
# Where Go's own archive is unpacked to, which the PATH of a daemon lacks.
PATH=$PATH:/usr/local/go/bin
# Go's compiled library is shared with whatever else was built here: without it a build takes a minute.
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
GO111MODULE=off GOFLAGS='' GOOS='' GOARCH='' GOTOOLCHAIN=local
export PATH HOME GO111MODULE GOFLAGS GOOS GOARCH GOTOOLCHAIN
command -v go > /dev/null || exit 69
version=$(go env GOVERSION)
program=$folder/$version-$digest
if ! [ -x "$program" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cat > "$work/verify.go"
  go build -o "$work/verify" "$work/verify.go"
  mkdir -p "$folder"
  cp "$work/verify" "$program.$$"
  mv "$program.$$" "$program"
fi
printf '%s\n%s\n' "$version" "$program"
