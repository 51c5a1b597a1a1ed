#!/bin/sh
# Print the stamp of the Spark packages where Java 17 or newer is on PATH: `make test` then runs the Spark tests too.
version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1)
[ "${version:-0}" -ge 17 ] 2>/dev/null && echo .venv/.spark || true
