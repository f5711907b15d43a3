#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the newest psql as the user postgres. Arguments: those of psql.
# The program itself: the `psql` of Debian's path is a Perl script that looks for clusters first, five times as long.
for newest in /usr/lib/postgresql/*/bin/psql; do :; done
exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$newest" "$@"
