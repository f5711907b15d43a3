#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Asks PostgreSQL one question five times a second, over one session for as long as the server lives.
# Arguments: file whose removal ends it, question.
while [ -e "$1" ]; do
  while [ -e "$1" ]; do echo "$2;"; sleep 0.2; done |
    psql --no-psqlrc --quiet --no-align --tuples-only --dbname=postgres 2> /dev/null
  sleep 0.2
done
