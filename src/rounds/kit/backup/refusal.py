"""What backups decline, each with a sentence that says how to go on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rounds.kit.refusal import Refusal


class BackupRefused(Refusal):
    """The backup cannot be made, read or restored."""

    status = 503


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def told_of(folder: Path) -> Iterator[None]:
    """Turn an operating-system error met while using `folder` into a sentence about it."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise BackupRefused(f"The disk of {folder} is full: free some space; nothing half written counts as a backup.") from error
        raise BackupRefused(f"{folder} cannot be used: {error.strerror or error}.") from error
