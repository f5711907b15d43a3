#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Laid under the name of a program, it runs that program of an image by the image's own libraries. IMAGE: root of the image.
set -eu
program=$IMAGE/usr/bin/$(basename "$0")
exec "$IMAGE/lib64/ld-linux-x86-64.so.2" --library-path "$IMAGE/usr/lib/x86_64-linux-gnu" "$program" "$@"
