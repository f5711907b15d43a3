#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has step-ca serve another generation, tries it by a leaf over ACME, and goes back when that fails.
# Arguments: link to the live generation, folder of the next one, folder of the probe, name of its leaf, name of step-ca.

# The generation that served before is on disk before the link changes: killed anywhere, a second run knows where to go back to.
# step-ca is restarted: with a key on a token it reads no configuration anew by a signal. Source: rmb938/ansible_step-ca
set -eu
live=$1 next=$2 probe=$3 leaf=$4 name=$5
before=$(cat "$live.before" 2>/dev/null || readlink "$live" 2>/dev/null || :)
[ "$before" != "$next" ] || before=
printf %s "$before" > "$live.before.new"; mv "$live.before.new" "$live.before"
point() { ln -sfn "$1" "$live.new"; mv -T "$live.new" "$live"; }
serve() {
  systemctl daemon-reload
  systemctl enable --quiet step-ca.service
  systemctl reset-failed step-ca.service 2>/dev/null || :
  systemctl restart step-ca.service || return 1
  tries=0
  until curl --silent --fail --noproxy '*' --cacert "$live/root.pem" --max-time 5 "https://$name/health" > /dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -ge 30 ] || [ "$(systemctl show -P NRestarts step-ca.service)" -ge 3 ]; then
      journalctl --unit step-ca.service --lines 5 --output cat --no-pager >&2
      return 1
    fi
    sleep 1
  done
}
issue() {
  dehydrated --config /etc/dehydrated/holdfast.conf --register --accept-terms &&
    timeout 60 dehydrated --config /etc/dehydrated/holdfast.conf --cron --force --domain "$leaf" &&
    openssl verify -x509_strict -CAfile "$live/root.pem" -untrusted "$live/intermediate.pem" "$probe/certs/$leaf/cert.pem"
}
try() {
  mkdir -p "$probe/challenges" "$probe/certs"
  chmod 755 "$probe" "$probe/challenges"
  # An account is one of a database of step-ca, which a box that was made anew has not.
  rm -rf "$probe/certs/$leaf" "$probe/accounts"
  # A challenge that is not answered stays pending at step-ca, and its client waits for ever.
  if issue > "$probe/log" 2>&1; then return 0; fi
  tail -n 4 "$probe/log" >&2
  echo "no leaf that verifies came within 60 s" >&2
  return 1
}
point "$next"
if serve && try; then
  rm -f "$live.before"
  exit 0
fi
if [ -n "$before" ]; then
  point "$before"
  serve || echo "the generation before does not serve either" >&2
  rm -f "$live.before"
  echo "put back $before" >&2
else
  systemctl stop step-ca.service || :
  rm -f "$live" "$live.before"
  echo "there was none before: step-ca is off" >&2
fi
exit 1
