"""What the launcher declines to do, each with a sentence that says how to mend it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rounds.kit.refusal import Refusal


class DatabaseRefused(Refusal):
    """The embedded PostgreSQL could not be started."""

    status = 503


_REASONS = {
    errno.ENOSPC: "the disk is full: free some space",
    errno.EDQUOT: "the disk quota is used up: free some space",
    errno.EROFS: "it is on a read-only disk: choose a folder that can be written",
    errno.EACCES: "this account may not write there: choose another folder or mend its owner",
    errno.EPERM: "this account may not write there: choose another folder or mend its owner",
    errno.ENOTDIR: "a part of the path is a file, not a folder: choose another folder",
    errno.EEXIST: "a file stands in its place: choose another folder",
}


@contextmanager
def told_of(folder: Path) -> Iterator[None]:
    """Turn an operating-system error met while using `folder` into a sentence about that folder."""
    try:
        yield
    except OSError as error:
        why = _REASONS.get(error.errno or 0, f"{error.strerror or error}")
        raise DatabaseRefused(f"The database folder {folder} cannot be used: {why}.") from error


def from_output(folder: Path, deed: str, output: str) -> DatabaseRefused:
    """The refusal for a PostgreSQL program that failed, told from the lines it printed.

    `deed` finishes "PostgreSQL could not …". The last lines that look like an error are quoted.
    """
    if "No space left on device" in output:
        return DatabaseRefused(f"The database folder {folder} cannot be used: the disk is full: free some space.")
    words = ("FATAL", "PANIC", "ERROR", "error:", "could not", "invalid", "HINT")
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if any(word in line for word in words)] or lines or ["it said nothing"]
    return DatabaseRefused(f"PostgreSQL could not {deed} in {folder}: {' / '.join(telling[-3:])}")
