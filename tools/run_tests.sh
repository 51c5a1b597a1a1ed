#!/bin/sh
# Run pytest; stop the embedded database afterwards unless it was running before (a demo may be using it).
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python

before=$($python -m rounds.kit.postgres status var/postgres 2>/dev/null || true)
$python -m pytest "$@"
outcome=$?
case $before in
running*) ;;
*) $python -m rounds.kit.postgres stop var/postgres >/dev/null 2>&1 || true ;;
esac
exit $outcome
