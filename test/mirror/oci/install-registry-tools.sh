#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks skopeo and a registry of this machine's Debian beside it, without installing them. Arguments: directory. The mark is made last.
set -e
[ -e "$1/complete" ] && exit 0
rm -rf "$1/packages" "$1/root"
mkdir -p "$1/packages"
cd "$1/packages"
wanted='skopeo docker-registry libgpgme11 libassuan0 libdevmapper1.02.1'
# shellcheck disable=SC2086 # words
apt-get download $wanted || { apt-get update; apt-get download $wanted; }
for package in *.deb; do dpkg -x "$package" "$1/root"; done
# Its libraries lie beside it, wherever it is called from.
mv "$1/root/usr/bin/skopeo" "$1/root/usr/bin/skopeo.real"
cat > "$1/root/usr/bin/skopeo" <<END
#!/bin/sh
LD_LIBRARY_PATH=$(echo "$1"/root/usr/lib/*-linux-gnu):$(echo "$1"/root/lib/*-linux-gnu) exec "$1/root/usr/bin/skopeo.real" "\$@"
END
chmod +x "$1/root/usr/bin/skopeo"
: > "$1/complete"
