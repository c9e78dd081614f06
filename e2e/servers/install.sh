#!/usr/bin/env bash
# Installs the slide servers that the tests run, on Debian, without letting any of them start by itself.
set -euo pipefail

wanted=(nginx-light iipimage-server orthanc orthanc-dicomweb orthanc-wsi libvips-tools)
missing=()
for package in "${wanted[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if ((${#missing[@]} == 0)); then exit 0; fi

# The system asks this file before it starts the service of a new package; 101 is its word for "do not".
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
