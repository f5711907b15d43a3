# SPDX-License-Identifier: Apache-2.0
# The wrapper's lock in PostgreSQL: held by a session of its own for the life of one command. In front of job-wrapper.sh.
# shellcheck shell=sh disable=SC2154 # dir and base are those of job-wrapper.sh

# @source a migration of another holdfast takes minutes: who waits longer than this is told who holds the lock
lock_wait_seconds=60
# Beyond that wait a server that has not answered at all is silent.
silent_seconds=30
# Until the command of a lost lock is surely gone: its guard sees the loss at its second look, a second apart, and
# kills two seconds after it asked; the rest is for a busy machine.
grace_seconds=8

# `take_lock NAME`, `guard_lock PID`, `release_lock`. A psql holds an advisory lock while fd 9 is open, in a session
# of its own, so that a signal to the command's group does not free the lock before the command is gone.
# The guard asks the server every second; once that fails it ends the command and leaves `lost` in the job's folder.
# The server frees a lost lock at once, before that: who takes a lock that nobody gave back waits for that guard. The
# server itself remembers who did, in a table: the next holder may be another machine.
as_postgres() { setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; }
refuse_lock() { # TEXT
  printf '%s\n' "$1" > "$dir/stderr"; echo refused > "$dir/lock.state"; release_lock; return 1
}
take_lock() {
  mkfifo "$dir/lock.in"; : > "$dir/lock.out"
  # Its words are read below, whatever the language of the cluster.
  PGOPTIONS='-c lc_messages=C -c client_min_messages=warning' PGAPPNAME="holdfast ${dir##*/}" setsid setpriv --reuid=postgres --regid=postgres --init-groups -- \
    psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname=postgres \
    < "$dir/lock.in" >> "$dir/lock.out" 2> "$dir/lock.err" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- &
  holder=$!
  exec 9> "$dir/lock.in"
  echo "SET lock_timeout = '${lock_wait_seconds}s'; SELECT 'locked' FROM pg_advisory_lock(hashtextextended('$1', 0));" >&9
  read -r now _ < /proc/uptime; silent_at=$(( ${now%.*} + lock_wait_seconds + silent_seconds ))
  until grep -q locked "$dir/lock.out"; do
    if grep -q 'lock timeout' "$dir/lock.err"; then
      refuse_lock "The lock $1 is held by $(as_postgres psql -XqAt --dbname=postgres --command="
        SELECT string_agg(application_name || ' (pid ' || pid || ')', ', ') FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND granted
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('$1', 0)" 2>&1)"
      return 1
    fi
    [ ! -s "$dir/lock.err" ] || { refuse_lock "$(cat "$dir/lock.err")"; return 1; }
    read -r now _ < /proc/uptime
    [ "${now%.*}" -lt "$silent_at" ] || { refuse_lock "PostgreSQL says nothing about the lock $1"; return 1; }
    sleep 0.05
  done
  # What another folder's command holds is not seen in this one's files.
  home="$(cat /etc/machine-id):$base"; holder_name="${dir##*/} in $home"
  # Two that make the table at once would fail. Commands of one folder lock files as well, for as long as they live.
  ask_lock "$1" known "BEGIN; SELECT FROM pg_advisory_xact_lock(hashtextextended('holdfast_locks', 0));
    CREATE TABLE IF NOT EXISTS public.holdfast_locks (name text PRIMARY KEY, holder text NOT NULL, released boolean NOT NULL);
    COMMIT; SELECT 'abandoned by ' || holder FROM public.holdfast_locks
      WHERE name = '$1' AND NOT released AND right(holder, length(' in $home')) <> ' in $home';" || return 1
  # Only then under our name: whoever comes after a wait that was cut short has to wait, too.
  ! grep -q abandoned "$dir/lock.out" || sleep "$grace_seconds"
  ask_lock "$1" recorded "INSERT INTO public.holdfast_locks VALUES ('$1', '$holder_name', false)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, released = false;" || return 1
  lock_name=$1
}
ask_lock() { # LOCK WORD STATEMENTS: in the session of the lock, which says WORD once they are done
  echo "$3 SELECT '$2';" >&9
  read -r now _ < /proc/uptime; silent_at=$(( ${now%.*} + silent_seconds ))
  until grep -q "^$2\$" "$dir/lock.out"; do
    [ ! -s "$dir/lock.err" ] || { refuse_lock "$(cat "$dir/lock.err")"; return 1; }
    read -r now _ < /proc/uptime
    [ "${now%.*}" -lt "$silent_at" ] || { refuse_lock "PostgreSQL says nothing about the lock $1"; return 1; }
    sleep 0.02
  done
}
guard_lock() { # PID of the command
  (
    trap '' TERM INT HUP
    trap : PIPE
    while kill -0 "$1" 2>/dev/null && echo 'SELECT WHERE false;' >&9; do sleep 1 9>&-; done 2>/dev/null
    kill -0 "$1" 2>/dev/null || exit 0
    echo lost > "$dir/lock.state"
    kill -TERM "$1"; sleep 2 9>&-; kill -KILL "$1"
    # What the command started itself: all of this group but the wrapper and this guard.
    for stat in /proc/[0-9]*/stat; do
      fields=$(cat "$stat" 2>/dev/null) || continue
      # shellcheck disable=SC2086 # words
      set -- ${fields##*) }
      pid=${stat#/proc/}; pid=${pid%/stat}
      [ "$3" != "$$" ] || [ "$pid" = "$$" ] || [ "$pid" = "$(exec sh -c 'echo $PPID')" ] || kill -KILL "$pid"
    done
  ) > /dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- &
  guard=$!
}
release_lock() {
  [ -z "${guard-}" ] || { kill -KILL "$guard" 2>/dev/null; wait "$guard" 2>/dev/null; }
  [ -z "${lock_name-}" ] || echo "UPDATE public.holdfast_locks SET released = true
    WHERE name = '$lock_name' AND holder = '$holder_name';" >&9 2>/dev/null || :
  exec 9>&-
  [ -z "${holder-}" ] || wait "$holder" 2>/dev/null
  rm -f "$dir/lock.in"
}
