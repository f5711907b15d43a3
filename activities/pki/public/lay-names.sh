#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the names that a box knows, whole, from stdin.
set -eu
cat > /etc/hosts.new
chmod 644 /etc/hosts.new
mv -T /etc/hosts.new /etc/hosts
