#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Asks a program by HTTP. Arguments: address, port, path. Prints the status, and the place that it leads to.
# A client that is a program takes thirty times as long to start.
exec 3<>"/dev/tcp/$1/$2" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$3" "$1" "$2" >&3
read -r _ status _ <&3 && echo "$status"
tr -d '\r' <&3 | sed -n 's/^[Ll]ocation: //p; /^$/q'
cat <&3 > /dev/null
