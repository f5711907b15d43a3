// SPDX-License-Identifier: Apache-2.0
// The durable command's half on the host, in POSIX sh: start or attach, wait, list what lives, stop. Nothing to install.
import { databaseLockScript } from './database-lock.sh.ts';
import { fenceScript } from './fence.sh.ts';

/**
 * Runs for the life of the command, in its own session. Holds fds 3 to 8, one locked file per exclusive name,
 * which the command and all it starts inherit. Space for the result is taken before the command begins.
 */
const wrapperScript = String.raw`
base=$1; dir=$2
trap : TERM INT HUP PIPE
${databaseLockScript}
start_of() { s=$(cat "/proc/$1/stat") && s=${'$'}{s##*) } && set -- $s && echo "${'$'}{20}"; }
now() { date +%s.%N; }
record() { printf '%-255s\n' "code=$1 at=$(now)" 1<>"$dir/exit.reserved"; mv "$dir/exit.reserved" "$dir/exit"; }
printf '%s %s %s\n' "$$" "$(start_of $$)" "$(cat /proc/sys/kernel/random/boot_id)" > "$dir/pid.new"
mv "$dir/pid.new" "$dir/pid"
fd=3
names=$(cat "$dir/exclusive")
for name in $names; do
  eval "exec $fd>>\"\$base/locks/\$name\""
  flock "$fd" || { rm -f "$(cat "$dir/secret")"; record 143; exit 0; }
  fd=$((fd + 1))
done
journal() { for name in ${'$'}{names:-none}; do echo "$1 $name ${'$'}{dir##*/} $(now)" >> "$base/journal"; done; }
lock=$(cat "$dir/lock")
if [ -n "$lock" ]; then take_lock "$lock" || { rm -f "$(cat "$dir/secret")"; record 75; exit 0; }; fi
journal begin || { release_lock; record 74; exit 0; }
# The last words of a command that met a full disk need room too: taken now, given back at the end.
head -c 16384 /dev/zero > "$dir/stderr"
# Sessions of the command are told from those of programs.
PGAPPNAME="holdfast $$ ${'$'}{dir##*/}" sh "$dir/command" > "$dir/stdout" 2<> "$dir/stderr" < /dev/null 9>&- &
command=$!
[ -z "$lock" ] || guard_lock "$command"
# A signal ends the waiting, not the command; that is over when it can be asked for no more.
while :; do wait "$command"; code=$?; kill -0 "$command" 2>/dev/null || break; done
said=$(tr -d '\000' < "$dir/stderr" | wc -c)
[ "$said" -ge 16384 ] || truncate --size="$said" "$dir/stderr"
rm -f "$(cat "$dir/secret")"
journal end || :
[ -z "$lock" ] || release_lock
record "$code"
`;

const functions = String.raw`
base=$1; lease=$2; shift 2
start_of() { s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1; s=${'$'}{s##*) }; set -- $s; [ "$1" != Z ] || return 1; echo "${'$'}{20}"; }
alive() {
  [ -r "$1/pid" ] || return 1
  read -r pid began boot < "$1/pid" || return 1
  [ "$boot" = "$(cat /proc/sys/kernel/random/boot_id)" ] || return 1
  [ "$(start_of "$pid")" = "$began" ]
}
state_of() {
  if [ -e "$1/exit" ]; then echo finished
  elif alive "$1"; then echo running
  elif [ -e "$1/exit" ]; then echo finished
  elif [ -d "$1" ]; then echo lost
  else echo absent; fi
}
report() { # DIR
  state=$(state_of "$1")
  echo "state $state"
  if [ "$state" = finished ]; then
    sed 's/^/exit /' "$1/exit"
    for stream in stdout stderr; do
      if [ -s "$1/$stream" ]; then echo "$stream $(tail -c 4096 "$1/$stream" | base64 -w 0)"; fi
    done
  fi
  if [ "$state" = running ]; then
    for stream in stdout stderr; do
      said=$(tail -c 16384 "$1/$stream" 2>/dev/null | tr -d '\000' | tail -c 1024 | base64 -w 0)
      [ -z "$said" ] || echo "$stream $said"
    done
  fi
  # What was said last may not have found room: the disk itself has to be asked.
  if [ "$state" = finished ]; then echo "space $(df --output=avail "$1" | tail -n 1)"; fi
  if [ -r "$1/lock.state" ]; then echo "lock $(cat "$1/lock.state")"; fi
  if [ -r "$1/pid" ]; then echo "pid $(cut -d ' ' -f 1 "$1/pid")"; fi
}
live() { # ROW or empty: directories of jobs that live
  for found in "$base"/jobs/*/; do
    found=${'$'}{found%/}
    [ -d "$found" ] || continue
    [ -z "$1" ] || [ "$(cat "$found/row" 2>/dev/null)" = "$1" ] || continue
    if [ "$(state_of "$found")" = running ]; then echo "$found"; fi
  done
}
age_out() { # finished jobs older than a week
  find "$base/jobs" -mindepth 1 -maxdepth 1 -type d -mtime +7 -exec sh -c '[ ! -e "$1/exit" ] || rm -rf "$1"' _ {} \;
}
launch() { # DIR ROW SECRET; command text, exclusive names, database lock and secret lines on stdin, each base64 on a line
  fresh=$1.fresh
  rm -rf "$fresh"; mkdir "$fresh"
  read -r command; read -r exclusive; read -r lock; read -r secret || secret=
  echo "$command" | base64 -d > "$fresh/command"
  echo "$exclusive" | base64 -d > "$fresh/exclusive"
  echo "$lock" | base64 -d > "$fresh/lock"
  echo "$2" > "$fresh/row"
  echo "$3" > "$fresh/secret"
  printf '%-255s\n' reserved > "$fresh/exit.reserved"
  if [ -n "$secret" ]; then
    mkdir -p "${'$'}{3%/*}"
    [ "$(stat -f -c %T "${'$'}{3%/*}")" = tmpfs ] || { echo "${'$'}{3%/*} is not a tmpfs: no place for a secret" >&2; exit 78; }
    echo "$secret" | base64 -d > "$3"
  fi
  mv "$fresh" "$1"
  setsid sh -c "$wrapper" holdfast-job "$base" "$1" < /dev/null > "$1/wrapper" 2>&1 9>&- &
  tries=0
  while [ ! -e "$1/pid" ] && [ ! -e "$1/exit" ] && [ "$tries" -lt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
}
start() { # KEY ROW EPOCH OCCURRENCE ATTEMPT SECRET
  guard "$base"
  fence "$base" "$lease" "$2" "$3" "$4" "$5"
  dir=$base/jobs/$1
  state=$(state_of "$dir")
  if [ "$state" = finished ] || [ "$state" = lost ]; then
    # A first attempt that meets an old end of its key belongs to a run that was reset: set it aside.
    if [ "$5" -le 1 ]; then mv "$dir" "$dir.aside.$(date +%s%N)"; state=absent; fi
  fi
  if [ "$state" = absent ]; then age_out; launch "$dir" "$2" "$6"; echo "how started"; else echo "how attached"; fi
  report "$dir"
}
wait_for() { # KEY TURNS SECONDS-PER-TURN
  dir=$base/jobs/$1 turns=$2
  while [ "$turns" -gt 0 ] && [ "$(state_of "$dir")" = running ]; do
    # The end of a job is a file; whether it still lives costs processes, and is asked now and then.
    for _ in 1 2 3 4; do
      sleep "$3"; turns=$((turns - 1))
      [ ! -e "$dir/exit" ] || break
    done
  done
  report "$dir"
}
stop() { # KEY GRACE
  dir=$base/jobs/$1
  if [ "$(state_of "$dir")" = running ]; then
    read -r pid _ < "$dir/pid"
    kill -TERM "-$pid" 2>/dev/null || :
    turns=$(($2 * 10))
    while [ "$turns" -gt 0 ] && [ "$(state_of "$dir")" = running ]; do sleep 0.1; turns=$((turns - 1)); done
    if [ "$(state_of "$dir")" = running ]; then kill -KILL "-$pid" 2>/dev/null || :; sleep 0.2; fi
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
  overtake) guard "$base"; fence "$base" "$lease" "$@" ;;
  live) live "${'$'}{1-}" ;;
  *) echo "no verb $verb" >&2; exit 64 ;;
esac
`;

/** Arguments: base directory, lease directory, verb, then those of the verb. */
export const jobScript = `${fenceScript}\nwrapper=${quote(wrapperScript)}\n${functions}`;

/** One word of POSIX sh, whatever stands in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
