# SPDX-License-Identifier: Apache-2.0
# `start_of PID` prints when a process began, in ticks since the boot; fails for one that is gone or a zombie.
# shellcheck shell=sh
start_of() {
  s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  s=${s##*) }
  # shellcheck disable=SC2086 # words
  set -- $s
  [ "$1" != Z ] || return 1
  echo "${20}"
}
