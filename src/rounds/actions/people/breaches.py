"""Breached passwords, asked of a file on this machine: no password, nor any part of its hash, leaves the house.

The file is a list as the public ones are distributed: lines `HASH:count`, the SHA-1 in upper-case hex, in order of the
hash. Such files have tens of gigabytes, so that they are searched by halves and never read.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 128
"""Bytes: forty of hash, a colon, a count. A longer line is none of this list."""


class NotAList(Exception):
    """The file is no list of `HASH:count` lines in order."""


def times_seen(password: str, file: Path) -> int:
    """How often `password` stands in the list, 0 when it does not. Some forty seeks whatever the size.

    Raises OSError when the file cannot be read: a check that was asked for is not left out in silence.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with file.open("rb", buffering=0) as lines:
        return _count(lines, wanted, os.fstat(lines.fileno()).st_size)


def _count(lines: BinaryIO, wanted: bytes, size: int) -> int:
    """Halve the bytes [low, high): a line that begins before `low` is smaller, one from `high` on is larger."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        begin, line = _line_from(lines, middle)
        if begin >= high or not line:  # no line begins between middle and high: look before
            high = middle
            continue
        digest, count = _parts(line)
        if digest == wanted:
            return count
        if digest < wanted:
            low = begin + len(line)
        else:
            high = middle
    return 0


def _line_from(lines: BinaryIO, at: int) -> tuple[int, bytes]:
    """The first line that begins at `at` or later: where it begins, and its bytes with the line's end."""
    start = max(at - 1, 0)
    lines.seek(start)
    block = lines.read(2 * LONGEST_LINE)
    skipped = 0 if at == 0 else block.find(b"\n") + 1
    if at and not skipped:
        return start + len(block), b""
    end = block.find(b"\n", skipped)
    return start + skipped, block[skipped:] if end < 0 else block[skipped : end + 1]


def _parts(line: bytes) -> tuple[bytes, int]:
    digest, _, count = line.strip().partition(b":")
    digest = digest.upper()
    if len(digest) != hashlib.sha1(usedforsecurity=False).digest_size * 2:
        raise NotAList("The list of breached passwords has a line that is no HASH:count.")
    return digest, int(count or 1)


def complaint(file: Path) -> str:
    """Why `file` cannot serve as the list, as a sentence; "" when its beginning looks right."""
    try:
        with file.open("rb", buffering=0) as lines:
            _, first = _line_from(lines, 0)
            _, second = _line_from(lines, len(first))
            begins = _parts(first)[0]
            if second and begins >= _parts(second)[0]:
                return f"{file} is not in order of its hashes."
    except OSError as error:
        return f"{file} cannot be read: {error.strerror}."
    except (NotAList, ValueError):
        return f"{file} is no list of lines HASH:count."
    return ""
