#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Mounts the folder of an NFS share of this very box. Arguments: share, mount point.

# The kernel need not know NFS. Nova knows a mount by its device, which here is that of the folder around it, so it never
# unmounts and mounts again for each volume: that must add nothing. Private, because each mount of a folder would be handed
# on into the folder itself and double.
mountpoint --quiet "$2" || exec mount --bind --make-private "${1#*:}" "$2"
