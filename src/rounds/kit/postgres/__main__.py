"""`python -m rounds.kit.postgres start|stop|status FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from rounds.kit.refusal import Refusal

from . import ROLES, ensure, status, stop


def main(arguments: list[str]) -> int:
    """Run one deed for one folder; returns the exit code."""
    if len(arguments) != 2 or arguments[0] not in ("start", "stop", "status"):
        print(__doc__, file=sys.stderr)
        return 2
    deed, folder = arguments[0], Path(arguments[1])
    try:
        if deed == "start":
            print(ensure(folder).dsn(ROLES[0]))
        elif deed == "stop":
            print("stopped" if stop(folder) else "it was not running")
        else:
            found = status(folder)
            print(f"running, pid {found.pid}," if found.running else "not running,", found.at)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
