#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lets this machine forward IPv4, so that a box reaches the other.
set -eu
[ "$(cat /proc/sys/net/ipv4/ip_forward)" = 1 ] || echo 1 > /proc/sys/net/ipv4/ip_forward
