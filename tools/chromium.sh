#!/bin/sh
# See that the browser tests have a Chromium: the machine's own, else Debian's package when we are root,
# else Playwright's. Fails with a sentence when none can be had.
set -eu
cd "$(dirname "$0")/.."

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && exit 0
done
playwright_has_one() {
    .venv/bin/python -c '
import os, playwright.sync_api as p
with p.sync_playwright() as browsers: raise SystemExit(not os.path.exists(browsers.chromium.executable_path))
' 2>/dev/null
}
playwright_has_one && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests" >&2
    export DEBIAN_FRONTEND=noninteractive
    quiet="-qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0"
    # shellcheck disable=SC2086
    { apt-get $quiet update && apt-get $quiet install --no-install-recommends -y chromium; } >/dev/null && exit 0
fi
echo "Fetching Playwright's Chromium for the browser tests" >&2
.venv/bin/python -m playwright install chromium >/dev/null && exit 0

echo "The browser tests need Chromium, and none could be had. Install one (Debian: apt-get install chromium)," >&2
echo "or run the other tests: tools/run_tests.sh -m 'not journey and not soak'" >&2
exit 1
