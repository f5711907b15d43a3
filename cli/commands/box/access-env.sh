#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the clients of this machine find the cloud. Read it into a shell, in whatever folder it lies: . ./env.sh
# Before it stand $holdfast_cloud and $holdfast_hosts: the default cloud, and names under which it answers.
holdfast_cloud=${holdfast_cloud-} holdfast_hosts=${holdfast_hosts-}

# The name of a file that is read stands in BASH_SOURCE in bash and in $0 in zsh; others read it in its folder.
# shellcheck disable=SC3028 # empty where it is unknown
holdfast_here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE:-$0}")" 2> /dev/null && pwd)
[ -f "$holdfast_here/clouds.yaml" ] || holdfast_here=$PWD
case $holdfast_here in
  *[\"\\]*) echo "env.sh: a folder with a quote or backslash in its name cannot be used: $holdfast_here" >&2 ;;
  *)
    if [ ! -f "$holdfast_here/clouds.yaml" ] || [ ! -f "$holdfast_here/ca.pem" ]; then
      echo 'env.sh: clouds.yaml and ca.pem do not lie here; change into their folder first' >&2
    else
      # Clients want the whole path of the certificate authority.
      (
        umask 077
        awk -v path="$holdfast_here/ca.pem" \
          '{ if (sub(/cacert:.*/, "")) print $0 "cacert: \"" path "\""; else print }' \
          "$holdfast_here/clouds.yaml" > "$holdfast_here/clouds.yaml.new" &&
          mv "$holdfast_here/clouds.yaml.new" "$holdfast_here/clouds.yaml"
      )
      # One that is left over from another cloud would be mixed in.
      for holdfast_name in $(env | sed -n 's/^\(OS_[A-Za-z0-9_]*\)=.*/\1/p'); do
        unset "$holdfast_name"
      done
      export OS_CLIENT_CONFIG_FILE="$holdfast_here/clouds.yaml"
      export OS_CLOUD="$holdfast_cloud"
      # zsh splits no variable into words by itself.
      for holdfast_host in $(printf '%s' "$holdfast_hosts" | tr ' ' '\n'); do
        case ",${no_proxy-}," in
          *,"$holdfast_host",*) ;;
          *) export no_proxy="${no_proxy:+$no_proxy,}$holdfast_host" ;;
        esac
        case ",${NO_PROXY-}," in
          *,"$holdfast_host",*) ;;
          *) export NO_PROXY="${NO_PROXY:+$NO_PROXY,}$holdfast_host" ;;
        esac
      done
    fi
    ;;
esac
