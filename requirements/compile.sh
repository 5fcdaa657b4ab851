#!/bin/sh
# Compile the hash-pinned requirements for every supported Python; no index address is written into them.
# What is pinned stays while pyproject.toml allows it; `make requirements ARGS=--upgrade` takes the newest.
set -eu
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "uv is not on PATH: pip install uv" >&2; exit 1; }
more=${1:-}
compile() {
    target=$1
    shift
    # shellcheck disable=SC2086
    uv pip compile pyproject.toml --universal --python-version 3.11.0 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --quiet $more -o "requirements/$target.txt" "$@"
}
compile run
compile test --group test
compile e2e --group test --group e2e
compile dev --group test --group e2e --group lint
