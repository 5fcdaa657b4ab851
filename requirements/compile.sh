#!/bin/sh
# Compile the hash-pinned requirements for every supported Python; no index address is written into them.
set -eu
cd "$(dirname "$0")/.."
compile() {
    target=$1
    shift
    uv pip compile pyproject.toml --universal --python-version 3.11.0 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade -o "requirements/$target.txt" "$@"
}
compile run
compile test --group test
compile e2e --group test --group e2e
compile dev --group test --group e2e --group lint
