#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Has a real skopeo pull images from a staged registry, and refuse one with an altered blob. Prints how many it took.
# Arguments: address of the server, port, folder of the staged registry, folder of twins, repository of the twin below the
# staged folder, its tag, its blob that is altered, then a word `REPOSITORY TAG DIGEST PLATFORM` for each image.
set -eu
server=$1 port=$2 staged=$3 twins=$4 twin=$5 twin_tag=$6 twin_blob=$7; shift 7
root=$(mktemp -d)
leave() { rm -rf "$root" "$twins/oci"; }
leave; mkdir -p "$root"
trap leave EXIT

skopeo_of() { env -i PATH="$PATH" HOME="$root" TMPDIR="$root" skopeo --insecure-policy "$@"; }
platform_of() { # PLATFORM: the options of skopeo for it
  os=${1%%/*} rest=${1#*/}
  printf -- '--override-os %s --override-arch %s' "$os" "${rest%%/*}"
  case $rest in */*) printf -- ' --override-variant %s' "${rest#*/}" ;; esac
}
take() { # URL PLATFORM
  rm -rf "$root/taken"
  # shellcheck disable=SC2046 # options
  skopeo_of $(platform_of "$2") copy --quiet --src-tls-verify=false "docker://$1" "dir:$root/taken"
}

count=0
for image in "$@"; do
  # shellcheck disable=SC2086 # words
  set -- $image
  url=$server:$port/staging/$1:$2
  have=$(skopeo_of inspect --raw --tls-verify=false "docker://$url" | sha256sum | cut -d ' ' -f 1)
  [ "$have" = "$3" ] || { echo "$1:$2 is sha256:$have, not sha256:$3" >&2; exit 1; }
  take "$url" "$4"
  count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo 'skopeo took no image' >&2; exit 1; }

copy=$twins/oci/v2/$twin
mkdir -p "$copy"
cp -RL "$staged/v2/$twin/manifests" "$staged/v2/$twin/blobs" "$copy/"
# Of the same size, and another last byte. The store is read-only, and so is a copy.
chmod -R u+w "$copy"
truncate --size=-1 "$copy/blobs/sha256:$twin_blob"; printf '\377' >> "$copy/blobs/sha256:$twin_blob"
# shellcheck disable=SC2086 # words
set -- $image
if take "$server:$port/twins/$twin:$twin_tag" "$4" > "$root/said" 2>&1; then
  echo 'skopeo took a blob that was altered' >&2; exit 1
fi
# One that fails for another reason proves nothing.
grep -q -i 'digest did not match' "$root/said" || { echo "skopeo failed at an altered blob for another reason: $(tail -n 3 "$root/said")" >&2; exit 1; }
echo "$count"
