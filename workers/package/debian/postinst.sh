#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tells systemd about the unit, and starts a new version where the former one ran.
set -e

[ "$1" = configure ] || exit 0
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
# Boxes and durable commands go on meanwhile.
[ -z "$2" ] || systemctl try-restart holdfast.service
