#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Rehearses the loss of an intermediate's key on an authority and two SoftHSM tokens of its own, below one folder.
# Prints each command as a person would type it. Goes on where it was when it is started again.

# Arguments: the folder; the PKCS #11 module; node; the folder of the programs; then, for a box with step-ca, its network,
# address and gateway.
set -eu
umask 077
folder=$1 module=$2 node=$3 programs=$4
shift 4

fail() {
  printf 'error: %s\nnext: %s\n' "$1" "$2" >&2
  exit 1
}

for program in ssh-keygen openssl; do
  command -v "$program" >/dev/null || fail "$program is not installed" "apt-get install openssh-client openssl"
done
[ -r "$module" ] || fail "$module is not there; nothing was made" 'apt-get install softhsm2, or name the module with --module'

# Only a folder that is ours: nothing of a real authority lies in it.
if [ -d "$folder" ] && [ ! -e "$folder/rehearsal" ] && [ -n "$(ls -A "$folder")" ]; then
  fail "$folder holds something else; nothing was made" 'Name a folder that is empty or not there'
fi
mkdir -p "$folder"
cd "$folder"
touch rehearsal

# A Temporal of its own, whatever the environment and the client's configuration name.
for name in $(env | sed -n 's/^\(TEMPORAL_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
export TEMPORAL_CONFIG_FILE=/dev/null HOLDFAST_STATE="$folder/state" SOFTHSM2_CONF="$folder/softhsm2.conf"

holdfast() {
  "$node" "$programs/cli.js" "$@"
}

show() {
  printf '\n$ holdfast'
  for word in "$@"; do
    case $word in
      *' '*) printf ' "%s"' "$word" ;;
      *) printf ' %s' "$word" ;;
    esac
  done
  printf '\n'
}

run() {
  show "$@"
  holdfast "$@"
}

heading() {
  printf '\n## %s\n' "$1"
}

# --- Tokens, people and a root ---------------------------------------------------------------------------------------
heading 'Two tokens, two people who approve, and a root'
mkdir -p tokens
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\n' "$folder" >softhsm2.conf

# The PIN goes through a pipe: printf is part of the shell.
token() {
  [ -s "$1.pin" ] || {
    tr -dc 0-9 </dev/urandom | head -c 10 >"$1.pin.new"
    mv "$1.pin.new" "$1.pin"
  }
  pin=$(cat "$1.pin")
  printf '{"action":"initialize","module":"%s","label":"%s","pin":"%s","officerPin":"%s"}' \
    "$module" "$1" "$pin" "$pin" | "$node" "$programs/token.js" >"$1.json"
  serial=$(sed -n 's/.*"serial":"\([^"]*\)".*/\1/p' "$1.json")
  [ -n "$serial" ] || fail "The token $1 was not made: $(cat "$1.json")" 'npm rebuild pkcs11js'
  printf 'token %s: serial number %s\n' "$1" "$serial"
}

token root
root=$serial
token intermediate
intermediate=$serial
for person in alice bob; do
  [ -f "$person.pub" ] || ssh-keygen -q -t ed25519 -N '' -C "$person" -f "$person"
done

show ca init "$root" --common-name 'Rehearsal Root' --module "$module" --pin-file "$root=root.pin"
[ -s root.yaml ] || {
  holdfast ca init "$root" --common-name 'Rehearsal Root' --module "$module" --pin-file "$root=root.pin" >root.yaml.new
  mv root.yaml.new root.yaml
}
grep fingerprint root.yaml

# --- The spec --------------------------------------------------------------------------------------------------------
key() {
  cut -d' ' -f1,2 "$1.pub"
}

spec() {
  printf 'apiVersion: holdfast/v1\nkind: Authority\nname: rehearsal\n'
  cat root.yaml
  printf 'intermediate: { serial: "%s", id: "1%s", label: rehearsal-%s }\n' "$intermediate" "$1" "$1"
  printf 'station: rehearsal\nreaders: 2\napprovals: 2\napprovers:\n'
  for person in alice bob; do printf '  - { name: %s, key: %s }\n' "$person" "$(key "$person")"; done
  if [ -n "${network:-}" ]; then
    printf 'server:\n  network: { cidr: %s, address: %s, gateway: %s }\n' "$network" "$address" "$gateway"
    printf '  names: [ca.rehearsal.example]\n'
    printf '  token: { folder: %s/tokens, pinFile: %s/intermediate.pin }\n' "$folder" "$folder"
  fi
  printf 'profile:\n  subject: { commonName: Rehearsal Intermediate %s }\n  generation: %s\n' "$1" "$1"
  printf '  lifetime: 1825d\n  permitted: [rehearsal.example]\n  crlUrl: http://ca.rehearsal.example/root.crl\n'
}

network=${1:-} address=${2:-} gateway=${3:-}
for generation in 1 2; do spec "$generation" >"rehearsal-$generation.yaml"; done

# --- A station, as a person in front of the tokens would start it ------------------------------------------------------
# One that a killed rehearsal left behind is ended first.
if [ -s station.pid ] && grep -qs -- "$folder" "/proc/$(cat station.pid)/cmdline"; then
  kill "$(cat station.pid)" 2>/dev/null || :
fi
show ca station rehearsal --module "$module" --pin-file "$root=root.pin" --pin-file "$intermediate=intermediate.pin"
run up
printf '{"work":"serve","station":"rehearsal","module":"%s","pinFiles":{"%s":"%s/root.pin","%s":"%s/intermediate.pin"}}' \
  "$module" "$root" "$folder" "$intermediate" "$folder" >station.json
"$node" "$programs/station.js" "$(cat station.json)" >station.log 2>&1 &
station=$!
printf '%s\n' "$station" >station.pid
end() {
  kill "$station" 2>/dev/null || :
}
trap end EXIT
trap 'exit 130' INT TERM HUP

# --- What people do ---------------------------------------------------------------------------------------------------
state_of() {
  holdfast op show "$1" --json 2>/dev/null | sed -n 's/^  "phase": "\([a-z-]*\)".*/\1/p'
}

# start WORDS…: exit code 8 says that the run goes on.
start() {
  show "$@" --detach
  holdfast "$@" --detach || [ $? -eq 8 ]
}

# approve RUN WORDS…: both sign what the run asks for. One that is done asks nobody.
approve() {
  of=$1
  shift
  for person in alice bob; do
    looks=0
    while :; do
      [ "$(state_of "$of")" != 'done' ] || return 0
      looks=$((looks + 1))
      [ "$looks" -le 300 ] || fail "$of asks for no approval" "HOLDFAST_STATE=$HOLDFAST_STATE holdfast op show $of"
      if holdfast ca approve rehearsal "$@" --as "$person" >"$person.txt" 2>/dev/null; then
        rm -f "$person.txt.sig"
        ssh-keygen -q -Y sign -f "$person" -n holdfast "$person.txt" 2>/dev/null
        if holdfast ca approve rehearsal "$@" --as "$person" --signed "$person.txt" >"$person.said" 2>&1; then
          show ca approve rehearsal "$@" --as "$person" --signed "$person.txt"
          cat "$person.said"
          break
        fi
      fi
      kill -0 "$station" 2>/dev/null || fail 'The station has ended' "cat $folder/station.log"
      sleep 1
    done
  done
}

# --- The first intermediate -------------------------------------------------------------------------------------------
records=state/authorities/rehearsal
if [ ! -s $records/drills/1/beginning.json ]; then
  heading 'The first intermediate'
  run ca record rehearsal-1.yaml
  start ca issue rehearsal
  approve issue-ca/rehearsal/1
  run op watch issue-ca/rehearsal/1 --no-input
  if [ -n "$network" ]; then
    run ca install rehearsal --quiet
    run ca activate rehearsal 1 --quiet
  fi
fi

# --- Its key is lost ----------------------------------------------------------------------------------------------------
heading 'Its key is lost'
if [ ! -s $records/drills/1/result.json ]; then
  run ca record rehearsal-2.yaml
  start ca drill compromise rehearsal --reason 'a rehearsal'
  lost=$(sed -nE 's/.*"serialNumber": "(00)*([0-9a-f]+)".*/\2/p' $records/ceremonies/1/ceremony.json)
  approve "revoke-ca/rehearsal/$lost" --revocation 1
  approve issue-ca/rehearsal/2
  run op watch drill-compromise/rehearsal/1 --no-input
fi

heading 'What a verifier says that checks CRLs'
crl=$(find $records/crls -name crl.der | sort -V | tail -n 1)
openssl crl -inform DER -in "$crl" -out crl.pem
sed -n '/BEGIN CERT/,/END CERT/s/^ *//p' root.yaml >root.pem
for generation in 1 2; do
  openssl x509 -inform DER -in "$records/ceremonies/$generation/certificate.der" -out "intermediate-$generation.pem"
  printf '\n$ openssl verify -x509_strict -crl_check_all -CAfile root.pem -CRLfile crl.pem intermediate-%s.pem\n' "$generation"
  openssl verify -x509_strict -crl_check_all -CAfile root.pem -CRLfile crl.pem "intermediate-$generation.pem" 2>&1 || :
done
run ca status rehearsal

heading 'The end'
if [ -n "$network" ]; then run box destroy rehearsal-ca --confirm rehearsal-ca --no-input --quiet; fi
end
run down
printf '\nAll of it lies in %s; remove it with: rm -r %s\n' "$folder" "$folder"
