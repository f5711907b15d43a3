#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs CycloneDX's own library for Python, which carries the official schema. Arguments: directory. The mark is made last.
set -e
[ -e "$1/complete" ] && exit 0
rm -rf "$1/site"
mkdir -p "$1"
python3 -m pip install --quiet --disable-pip-version-check --target "$1/site" 'cyclonedx-python-lib[json-validation]==11.5.0'
: > "$1/complete"
