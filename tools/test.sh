#!/usr/bin/env bash
# tools/test.sh MARKS [arguments of pytest]: without a browser where none can be had, which under CI is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

marks="$1"
shift
if ! bash tools/chromium.sh; then
    echo "No Chromium here: the browser tests are left out (Debian: apt-get install chromium)." >&2
    if [ "${CI:-}" = true ]; then exit 1; fi
    marks="($marks) and not browser"
fi
exec .venv/bin/python -m pytest -m "$marks" "$@"
