#!/usr/bin/env bash
# Makes tools/reference/.venv with the independent readers, where it is missing or older than its list.
set -euo pipefail
cd "$(dirname "$0")"

python=python3
for candidate in python3.11 python3.12 python3.13 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    python=$candidate
    break
  fi
done

stamp=.venv/installed
if [ ! -f "$stamp" ] || ! cmp -s requirements.txt "$stamp"; then
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
  cp requirements.txt "$stamp"
fi
