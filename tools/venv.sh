#!/bin/sh
# Make .venv and install one set of locked packages and the project itself into it: tools/venv.sh demo|test|spark
# uv does it where it is on PATH, else Python's own venv and pip. Only versions and hashes of the lock get in.
set -eu
cd "$(dirname "$0")/.."
lock=requirements/$1.txt
python=.venv/bin/python

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON-} python3 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null && fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Rounds needs Python 3.11, 3.12 or 3.13, and none was found. On Debian: apt-get install python3 python3-venv." >&2
    echo "If it lies somewhere else: make PYTHON=/path/to/python …" >&2
    exit 1
}

make_venv() {
    chosen=$(find_python)
    if command -v uv >/dev/null; then
        uv venv --quiet --clear --no-project --python "$(command -v "$chosen")" .venv
    elif ! "$chosen" -m venv --clear .venv 2>.venv.log; then
        cat .venv.log >&2
        echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv." >&2
        exit 1
    fi
    rm -f .venv.log
}

install() {
    if command -v uv >/dev/null; then
        uv pip install --quiet --python "$python" "$@"
    else
        "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip >/dev/null
        "$python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location "$@"
    fi
}

[ -x "$python" ] && fits "$python" || make_venv
echo "Installing the packages of $lock" >&2
install --require-hashes -r requirements/build.txt -r "$lock"
install --no-deps --no-build-isolation --editable .
