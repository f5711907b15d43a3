#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Loads rules of nftables from stdin and lets this machine forward packets.
set -eu
nft -f -
echo 1 > /proc/sys/net/ipv4/ip_forward
