#!/usr/bin/env bash
# Lints and tests training/ in a virtual environment of its own, training/.venv, made when it is missing.
# PyTorch is installed first and alone, so that its CPU build can come from whatever index pip is set up with.
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
if [ ! -f "$stamp" ] || ! cmp -s pyproject.toml "$stamp"; then
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check 'torch==2.13.0'
  .venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
  cp pyproject.toml "$stamp"
fi

.venv/bin/ruff check .
.venv/bin/ruff format --check .
.venv/bin/python -m pytest "$@"
