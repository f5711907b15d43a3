#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Asks a proxy on loopback for a destination that is allowed and for one that is not. Says what is wrong, with exit code 1.
# Arguments: port, URL that is allowed.

# @source 10 s: a reload takes less than one, ten times that on a loaded machine
port=$1 good=$2
status_of() { # URL
  exec 3<> "/dev/tcp/127.0.0.1/$port" || return 0
  printf 'GET %s HTTP/1.0\r\nConnection: close\r\n\r\n' "$1" >&3
  read -r -t 10 _ status _ <&3 && echo "$status"
  exec 3>&-
}
for _ in $(seq 20); do
  allowed=$(status_of "$good" 2> /dev/null) refused=$(status_of http://holdfast-probe.invalid/ 2> /dev/null)
  [ "$allowed" = 200 ] && [ "$refused" = 403 ] && exit 0
  sleep 0.5
done
echo "$good answers ${allowed:-nothing} and not 200, a host that is not allowed ${refused:-nothing} and not 403" >&2
exit 1
