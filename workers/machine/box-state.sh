#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints how a box stands, from inside it: `service NAME STATE` for each argument, `failed UNIT`, `memory BYTES`.

# Of units whose names begin so: the worst of them.
stateOf() {
  systemctl list-units --all --plain --no-legend --type=service "$1*" | awk '
    $2 != "loaded" { next }
    $3 == "failed" { worst = "failed" }
    $3 == "activating" || $3 == "deactivating" { if (worst == "") worst = $3 }
    $4 == "running" { runs = 1 }
    { known = 1 }
    END { print worst != "" ? worst : runs ? "running" : known ? "stopped" : "unknown" }
  '
}

for service in "$@"; do echo "service $service $(stateOf "$service")"; done
systemctl list-units --plain --no-legend --type=service --state=failed | sed -n 's/^\([^ ]*\)\.service .*/failed \1/p'
# Shared pages are counted once. A process may end meanwhile.
cat /proc/[0-9]*/smaps_rollup 2> /dev/null | awk '/^Pss:/ { sum += $2 } END { printf "memory %d\n", sum * 1024 }'
