#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs keystoneauth from PyPI. Arguments: directory, version. The mark is made last.
[ -e "$1/complete" ] && exit 0
python3 -m venv --clear "$1"
"$1/bin/pip" install --quiet --disable-pip-version-check "keystoneauth1==$2"
: > "$1/complete"
