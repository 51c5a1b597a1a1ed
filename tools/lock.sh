#!/bin/sh
# Write requirements/*.txt anew from pyproject.toml: exact versions with hashes, and no registry's address.
# One resolution covers everything, so that a package has the same version in each file.
# `tools/lock.sh --upgrade` takes the newest versions; without it, versions that still fit are kept.
set -eu
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "Locking needs uv: pip install uv" >&2; exit 1; }

all=requirements/all.tmp
trap 'rm -f "$all"' EXIT
[ "${1-}" = --upgrade ] || cat requirements/*.txt 2>/dev/null | grep -E '^[A-Za-z0-9]' | sed 's/ *\\$//' | sort -u >"$all"

compile() {
    UV_PYTHON_DOWNLOADS=never uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"
}

# The old versions in "$all" are preferences: uv keeps what it finds in the output file.
compile pyproject.toml --all-extras --group dev --group build --group node --output-file "$all" >/dev/null

write() { # write NAME OPTIONS...: one lock file, bound to the common resolution
    name=$1
    shift
    rm -f "requirements/$name.txt"
    compile --constraints "$all" --output-file "requirements/$name.txt" "$@" >/dev/null
    echo "requirements/$name.txt: $(grep -c '==' "requirements/$name.txt") packages"
}

write core pyproject.toml
write demo pyproject.toml --extra analytics --extra pdf
write test pyproject.toml --extra analytics --extra pdf --group dev
write spark pyproject.toml --extra analytics --extra pdf --extra spark --group dev
write build --group pyproject.toml:build
write node --group pyproject.toml:node
