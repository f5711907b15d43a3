#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds step-ca from source once for each version, and copies it into a box. Arguments: cache folder, version, target.

# Built with cgo, since it speaks to tokens by PKCS #11; without the YubiKey's own driver, which wants libpcsclite.
set -eu
cache=$1 version=$2 target=$3
mkdir -p "$cache"
exec 9> "$cache/lock"
flock 9
if ! "$cache/step-ca" version 2>/dev/null | grep -q "/$version "; then
  PATH=$PATH:/usr/local/go/bin
  HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
  export PATH HOME
  command -v go > /dev/null || { echo "go is not there: install Go 1.25 or newer" >&2; exit 1; }
  command -v gcc > /dev/null || { echo "gcc is not there: apt-get install gcc libc6-dev" >&2; exit 1; }
  work=$(mktemp -d "$cache/new-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "building step-ca $version, some minutes on two processors" >&2
  GOBIN=$work CGO_ENABLED=1 GOOS='' GOARCH='' GOFLAGS=-modcacherw nice -n 10 go install -tags noyubikey \
    -ldflags "-s -w -X main.Version=$version" "github.com/smallstep/certificates/cmd/step-ca@v$version"
  mv "$work/step-ca" "$cache/step-ca"
fi
mkdir -p "$(dirname "$target")"
cp "$cache/step-ca" "$target.new"
chmod 755 "$target.new"
mv "$target.new" "$target"
