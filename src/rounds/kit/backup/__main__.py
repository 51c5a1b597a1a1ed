"""PostgreSQL's archive_command for a server of one's own: `python -m rounds.kit.backup FOLDER RING %p %f`.

Seals one file of the log into FOLDER with the backup key of RING, and ends with 0 only when it is on disk there.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rounds.kit import keys
from rounds.kit.refusal import Refusal


def main(arguments: list[str]) -> int:
    """Seal one file; 0 when it is there, else 1 and a sentence for the database's log."""
    from .catalog import Store
    from .shipping import archive

    if len(arguments) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    folder, ring_file, path, name = arguments
    try:
        ring = keys.read(Path(ring_file))
        archive(Store(Path(folder), ring), ring, Path(path), name)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
