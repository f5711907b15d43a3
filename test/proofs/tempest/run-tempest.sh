#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs tests of tempest and leaves results.csv: test, status, begin, end. Arguments: directory of tempest, workspace, workers.
# The workspace holds etc/tempest.conf, tests.txt and what list-tests.sh made. Tests that fail are results; a run that never began is an error.
set -e
PATH="$1/bin:$PATH"
HOME="$2"
export PATH HOME
cd "$2"
rm -f results.csv
tempest run --config-file etc/tempest.conf --load-list tests.txt --concurrency "$3" > run.log 2>&1 || true
# Its exit code says whether tests failed, which the file says as well.
stestr last --subunit | subunit2csv --no-passthrough --output-to results.csv || [ -s results.csv ]
