#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Starts the units of a record. Arguments: path of the record. It goes last, once all of them run.
set -eu
record=$1
[ -e "$record" ] || exit 0
# shellcheck disable=SC2046 # words
systemctl start $(cat "$record")
# shellcheck disable=SC2046 # words
systemctl is-active --quiet $(cat "$record")
rm "$record"
