# SPDX-License-Identifier: Apache-2.0
# Functions that refuse a holder with an older fencing token. Precede the other scripts; do nothing alone.
# shellcheck shell=sh

# `fence BASE LEASE STEP EPOCH OCCURRENCE ATTEMPT` exits 75 when this caller is older than the last one seen for the step, or
# than the lease, or when there is no lease. It leaves fd 9 locked: one change at a time on this host.
# 75 is sysexits' EX_TEMPFAIL, used by no tool we run.
set -eu
umask 077
older() { # A1 A2 A3 B1 B2 B3: is A before B
  [ "$1" -lt "$4" ] && return 0; [ "$1" -gt "$4" ] && return 1
  [ "$2" -lt "$5" ] && return 0; [ "$2" -gt "$5" ] && return 1
  [ "$3" -lt "$6" ]
}
leased() { # LEASE EPOCH
  # No epoch, or none that is a number: this host has no holder, so no run may change it.
  held=
  [ ! -r "$1/epoch" ] || read -r held < "$1/epoch" || :
  case $held in '' | *[!0-9]*) echo "the lease in $1 is gone or damaged" >&2; exit 75 ;; esac
  if [ "$2" -lt "$held" ]; then echo "epoch $2 was overtaken by $held" >&2; exit 75; fi
}
fence() {
  # Before anything is made: the folder of a destroyed box must not come back.
  leased "$2" "$4"
  guard "$1"
  leased "$2" "$4"
  [ -d "$1/fences" ] || mkdir -p "$1/fences"
  if [ -r "$1/fences/$3" ]; then
    read -r seen_epoch seen_occurrence seen_attempt < "$1/fences/$3" || seen_epoch=
    if [ -n "$seen_epoch" ] && older "$4" "$5" "$6" "$seen_epoch" "$seen_occurrence" "$seen_attempt"; then
      echo "$4/$5/$6 was overtaken by $seen_epoch/$seen_occurrence/$seen_attempt" >&2; exit 75
    fi
  fi
  printf '%s %s %s\n' "$4" "$5" "$6" > "$1/fences/$3.new"
  mv "$1/fences/$3.new" "$1/fences/$3"
}
guard() { # BASE: one change at a time on this host
  if [ ! -d "$1/locks" ] || [ ! -d "$1/jobs" ]; then mkdir -p "$1/locks" "$1/jobs"; fi
  exec 9>"$1/locks/.guard"
  flock 9
}
