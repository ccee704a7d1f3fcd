#!/usr/bin/env bash
# Make .venv and put in exactly what requirements-dev.txt locks: with uv where it is on the PATH, else with pip.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"

fail() {
    echo "$1" >&2
    exit 1
}

if [ ! -x .venv/bin/python ]; then
    command -v "$python" >/dev/null || fail "Python 3.11 or newer is missing: install it (Debian: apt-get install python3 python3-venv)."
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' ||
        fail "$("$python" --version) does not fit: Python 3.11, 3.12 or 3.13 is needed (make install PYTHON=python3.12)."
    if command -v uv >/dev/null; then
        uv venv --quiet --no-python-downloads --python "$(command -v "$python")" .venv
    else
        "$python" -c 'import ensurepip' 2>/dev/null ||
            fail "Python's venv is incomplete: install it (Debian: apt-get install python3-venv)."
        "$python" -m venv .venv
    fi
fi

# Not compiled beforehand: Python compiles what is imported, a small part of what is installed.
if command -v uv >/dev/null; then
    uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements-dev.txt
else
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-dev.txt
fi
