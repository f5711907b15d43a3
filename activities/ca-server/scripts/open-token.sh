#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lets the group of step-ca use a token, and nobody else in the box. Argument: its folder.
set -eu
chown -R root:softhsm "$1"
find "$1" -type d -exec chmod 2770 {} +
find "$1" -type f -exec chmod 660 {} +
chmod 440 "$1/pin"
