#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The durable command's half on the host: start or attach, wait, list what lives, stop. Comes behind fence.sh.
# Arguments: base directory, lease directory, text of database-lock.sh and job-wrapper.sh, verb, then those of the verb.
base=$1; lease=$2; wrapper=$3; shift 3
# What is asked often is asked without another process: a busy machine has better things to do.
is_of() { # BEGAN, then what /proc/PID/stat says behind the name
  wanted=$1; shift
  [ "$1" != Z ] && [ "${20}" = "$wanted" ]
}
alive() { # leaves the process in pid
  { read -r pid began boot < "$1/pid" && read -r booted < /proc/sys/kernel/random/boot_id &&
    read -r stat < "/proc/$pid/stat"; } 2>/dev/null || return 1
  # shellcheck disable=SC2086 # words
  [ "$boot" = "$booted" ] && is_of "$began" ${stat##*) }
}
look() { # DIR; leaves finished, running, lost or absent in state
  if [ -e "$1/exit" ]; then state=finished
  elif alive "$1"; then state=running
  elif [ -e "$1/exit" ]; then state=finished
  elif [ -d "$1" ]; then state=lost
  else state=absent; fi
}
report() { # DIR
  look "$1"
  echo "state $state"
  # While it runs its errors lie in front of the room that was taken for them.
  for stream in stdout stderr; do
    if [ -s "$1/$stream" ]; then echo "$stream $(tail -c 16384 "$1/$stream" | base64 -w 0)"; fi
  done
  if [ "$state" = finished ]; then
    read -r code < "$1/exit" || :
    echo "exit $code"
    # What was said last may not have found room: the disk itself has to be asked.
    echo "space $(df --output=avail "$1" | tail -n 1)"
  fi
  if [ -r "$1/lock.state" ]; then read -r of_lock < "$1/lock.state" || :; echo "lock $of_lock"; fi
  if [ -r "$1/pid" ]; then read -r pid _ < "$1/pid" || :; echo "pid $pid"; fi
}
live() { # STEP or empty: directories of jobs that live
  for found in "$base"/jobs/*/; do
    found=${found%/}
    [ -d "$found" ] || continue
    step=; [ -z "$1" ] || { read -r step < "$found/step"; } 2>/dev/null || :
    [ "$step" = "$1" ] || continue
    look "$found"
    if [ "$state" = running ]; then echo "$found"; fi
  done
}
secret_folder() { # leaves a folder on a tmpfs that is root's alone in folder; whoever else made one is refused
  folder=/run/holdfast
  # A machine whose /run lies on a disk has this tmpfs, where others may write: they can take the name, and nothing more.
  [ "$(stat -f -c %T /run)" = tmpfs ] || folder=/dev/shm/holdfast
  [ "$(stat -f -c %T "${folder%/*}")" = tmpfs ] || { echo "${folder%/*} is not a tmpfs: no place for a secret" >&2; exit 78; }
  # Without -p: one that is there already is looked at, a link as what it is.
  mkdir -m 700 "$folder" 2>/dev/null || :
  made=$(stat -c '%F %u %a' "$folder")
  [ "$made" = "directory $(id -u) 700" ] || { echo "$folder is no place for a secret: $made; remove it" >&2; exit 78; }
}
age_out() { # finished jobs older than a week
  find "$base/jobs" -mindepth 1 -maxdepth 1 -type d -mtime +7 -exec sh -c '[ ! -e "$1/exit" ] || rm -rf "$1"' _ {} \;
}
launch() { # DIR STEP KEY; command text in base64, exclusive names, database lock and secret lines in base64 on stdin, a line each
  fresh=$1.fresh
  rm -rf "$fresh"; mkdir "$fresh"
  read -r command; read -r exclusive; read -r lock; read -r secret || secret=
  echo "$command" | base64 -d > "$fresh/command"
  echo "$exclusive" > "$fresh/exclusive"
  echo "$lock" > "$fresh/lock"
  echo "$2" > "$fresh/step"
  printf '%-255s\n' reserved > "$fresh/exit.reserved"
  : > "$fresh/secret"
  if [ -n "$secret" ]; then
    secret_folder
    echo "$folder/$3" > "$fresh/secret"
    rm -f "$folder/$3"
    echo "$secret" | base64 -d > "$folder/$3"
  fi
  mv "$fresh" "$1"
  setsid sh -c "$wrapper" holdfast-job "$base" "$1" < /dev/null > "$1/wrapper" 2>&1 9>&- &
  tries=0
  while [ ! -e "$1/pid" ] && [ ! -e "$1/exit" ] && [ "$tries" -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
}
start() { # KEY STEP EPOCH OCCURRENCE ATTEMPT
  guard "$base"
  fence "$base" "$lease" "$2" "$3" "$4" "$5"
  dir=$base/jobs/$1
  look "$dir"
  if [ "$state" = finished ] || [ "$state" = lost ]; then
    # A first attempt that meets an old end of its key belongs to a run that was reset: set it aside.
    if [ "$5" -le 1 ]; then mv "$dir" "$dir.aside.$(date +%s%N)"; state=absent; fi
  fi
  if [ "$state" = absent ]; then age_out; launch "$dir" "$2" "$1"; echo "how started"; else echo "how attached"; fi
  report "$dir"
}
wait_for() { # KEY SECONDS
  dir=$base/jobs/$1
  look "$dir"
  # One program that asks the kernel twenty times a second.
  if [ "$state" = running ] && [ "$2" != 0 ]; then
    timeout "$2" tail --pid="$pid" --sleep-interval=0.05 --follow /dev/null || :
  fi
  report "$dir"
}
stop() { # KEY GRACE
  dir=$base/jobs/$1
  look "$dir"
  if [ "$state" = running ]; then
    kill -TERM "-$pid" 2>/dev/null || :
    [ "$2" = 0 ] || timeout "$2" tail --pid="$pid" --sleep-interval=0.05 --follow /dev/null || :
    look "$dir"
    if [ "$state" = running ]; then kill -KILL "-$pid" 2>/dev/null || :; sleep 0.2; fi
    if [ ! -e "$dir/exit" ]; then printf 'code=137 at=%s\n' "$(date +%s.%N)" > "$dir/exit.new"; mv "$dir/exit.new" "$dir/exit"; fi
    rm -f "$(cat "$dir/secret")"
  fi
  report "$dir"
}
verb=$1; shift
case $verb in
  start) start "$@" ;;
  wait) wait_for "$@" ;;
  stop) stop "$@" ;;
  overtake) fence "$base" "$lease" "$@" ;;
  live) live "${1-}" ;;
  *) echo "no verb $verb" >&2; exit 64 ;;
esac
