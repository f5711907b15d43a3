#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs ansible-core, which the box of a mirror has from Debian, into an environment of its own. Arguments: directory. The mark is made last.
set -e
[ -e "$1/complete" ] && exit 0
rm -rf "$1/environment"
mkdir -p "$1"
python3 -m venv "$1/environment"
"$1/environment/bin/pip" install --quiet --disable-pip-version-check ansible-core==2.19.14
: > "$1/complete"
