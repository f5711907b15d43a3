#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tells stestr where tempest's tests lie, and prints the id of every test. Arguments: directory of tempest, workspace.
set -e
PATH="$1/bin:$PATH"
HOME="$2"
export PATH HOME
cd "$2"
package=$(python -c 'import os, tempest; print(os.path.dirname(tempest.__file__))')
cat > .stestr.conf <<END
[DEFAULT]
test_path=$package/test_discover
top_dir=$package
group_regex=([^\.]*\.)*
END
[ -e .stestr ] || stestr init
stestr list
