#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Enables a systemd unit and restarts it. Arguments: unit.

# Restart, not start: a unit that runs with older files or answers wrongly is not as wanted either.
# Not waited for: a start may block for ever, and the look that follows has its own patience.
# One reload: systemd reads all its units at each, and Debian's hook for scripts of System V asks for two more.
set -e
SYSTEMCTL_SKIP_SYSV=1 systemctl enable --quiet --no-reload "$1"
systemctl daemon-reload
systemctl reset-failed "$1" 2>/dev/null || :
systemctl restart --no-block "$1"
