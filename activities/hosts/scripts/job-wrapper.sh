#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs for the life of a durable command, in its own session. Comes behind database-lock.sh. Arguments: base, job's folder.
# Holds fds 3 to 8, one locked file per exclusive name, which the command and all it starts inherit. Space for the result is
# taken before the command begins.
base=$1; dir=$2
trap : TERM INT HUP PIPE
now() { date +%s.%N; }
record() { printf '%-255s\n' "code=$1 at=$(now)" 1<>"$dir/exit.reserved"; mv "$dir/exit.reserved" "$dir/exit"; }
read -r boot < /proc/sys/kernel/random/boot_id
read -r stat < "/proc/$$/stat"
began() { shift 19; echo "$$ $1 $boot"; }
# shellcheck disable=SC2086 # words
began ${stat##*) } > "$dir/pid.new"
mv "$dir/pid.new" "$dir/pid"
fd=3
names=$(cat "$dir/exclusive")
for name in $names; do
  eval "exec $fd>>\"\$base/locks/\$name\""
  flock "$fd" || { rm -f "$(cat "$dir/secret")"; record 143; exit 0; }
  fd=$((fd + 1))
done
journal() { for name in ${names:-none}; do echo "$1 $name ${dir##*/} $(now)" >> "$base/journal"; done; }
lock=$(cat "$dir/lock")
if [ -n "$lock" ]; then take_lock "$lock" || { rm -f "$(cat "$dir/secret")"; record 75; exit 0; }; fi
journal begin || { release_lock; record 74; exit 0; }
# The last words of a command that met a full disk need room too: taken now, given back at the end.
head -c 16384 /dev/zero > "$dir/stderr"
# Tells sessions of the command from those of programs.
PGAPPNAME="holdfast $$ ${dir##*/}" sh "$dir/command" "$(cat "$dir/secret")" > "$dir/stdout" 2<> "$dir/stderr" < /dev/null 9>&- &
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
