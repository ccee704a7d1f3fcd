#!/usr/bin/env bash
# Resolve pyproject.toml into hashed requirements for every Python we support, without a registry's address.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "Locking needs uv: install it (pip install uv)." >&2; exit 1; }

resolve() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml "$@"
}
resolve -o requirements.txt
resolve --extra embedded --group dev -c requirements.txt -o requirements-dev.txt
