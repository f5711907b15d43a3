#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boots a guest on an accelerator, in a box's own image, and sees whether it comes to its init. Changes nothing that stays.
# Arguments: text of probe-inside.sh, folder to work in, image root, guest image, then accelerators in the order of
# preference. The last line of stdout is the first on which the guest spoke and the seconds that took; before it the others.

# The image is laid under an overlay of its own, in a mount namespace of its own: killed anywhere, nothing is left but
# the folder, which the next probe removes.
set -eu
inside=$1 work=$2 image=$3 guest=$4; shift 4
rm -rf --one-file-system "$work"; mkdir -p "$work/upper" "$work/work" "$work/root"
unshare --mount sh -c "$inside" holdfast-probe "$work" "$image" "$guest" "$@" && code=0 || code=$?
rm -rf --one-file-system "$work"
exit "$code"
