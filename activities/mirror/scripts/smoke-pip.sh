#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has a real pip install wheels from a staged index, whose hashes it checks, and refuse one that was altered. Prints how many came.
# Arguments: address of the server, port, index, Python, platforms by space, file of requirements, staged folder of the index,
# folder of twins, project of the twin or `none`, its version, paths of its wheels below the staged folder by space.
set -eu
server=$1 port=$2 index=$3 python=$4 platforms=$5 requirements=$6 staged=$7 twins=$8; shift 8
project=$1 version=$2 wheels=$3
root=$(mktemp -d)
twin=$twins/bad-wheel
leave() { rm -rf "$root" "$twin"; }
leave; mkdir -p "$root"
trap leave EXIT

# Any patch of a line of Pythons will do; most projects that name one exclude an early one.
set -- --python-version "$python.99" --implementation cp --only-binary :all:
for platform in $platforms; do set -- "$@" --platform "$platform"; done
pip_of() { # The words of pip
  env -i PATH="$PATH" HOME="$root" PIP_CONFIG_FILE=/dev/null PIP_ROOT_USER_ACTION=ignore python3 -m pip "$@" --isolated \
    --disable-pip-version-check --no-input --no-cache-dir --no-deps
}
from() { # URL of an index below the server, then the words of pip
  url=$1; shift
  pip_of "$@" --index-url "http://$server:$port/$url/simple/" --trusted-host "$server" --retries 0 --timeout 20
}

from "staging-pypi/$index" download --dest "$root/wheels" --requirement "$requirements" "$@"
# The Python that runs may be another one than the wheels are for.
pip_of install --no-index --find-links "$root/wheels" --target "$root/site" --no-compile --ignore-requires-python \
  --requirement "$requirements" "$@"
count=$(find "$root/site" -maxdepth 1 -name '*.dist-info' | wc -l)
[ "$count" -gt 0 ] || { echo 'pip installed nothing' >&2; exit 1; }

if [ "$project" != none ]; then
  mkdir -p "$twin/simple"
  cp -RL "$staged/simple/$project" "$twin/simple/$project"
  for wheel in $wheels; do
    mkdir -p "$(dirname "$twin/$wheel")"
    cp -L "$staged/$wheel" "$twin/$wheel"
    [ ! -e "$staged/$wheel.metadata" ] || cp -L "$staged/$wheel.metadata" "$twin/$wheel.metadata"
    # Of the same size, and another last byte. The store is read-only, and so is a copy.
    chmod u+w "$twin/$wheel"
    truncate --size=-1 "$twin/$wheel"; printf '\377' >> "$twin/$wheel"
  done
  if from twins/bad-wheel download --dest "$root/twin" "$project==$version" "$@" > "$root/said" 2>&1; then
    echo 'pip took a wheel that was altered' >&2; exit 1
  fi
  # One that fails for another reason proves nothing.
  grep -q -i 'do not match the hashes' "$root/said" || { echo "pip failed at an altered wheel for another reason: $(tail -n 3 "$root/said")" >&2; exit 1; }
fi
echo "$count"
