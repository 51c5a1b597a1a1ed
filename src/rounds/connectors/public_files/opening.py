"""From a folder to bytes: the safe walk, the capped read, gzip without bombs, text of any encoding."""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .complaints import Foreign, Hostile, Torn, bytes_in_words
from .limits import Limits

HEAD = 64 * 1024
CHUNK = 1024 * 1024
GZIP = b"\x1f\x8b"
ARCHIVES = {
    b"PK\x03\x04": "a ZIP archive or a workbook",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"\x28\xb5\x2f\xfd": "a zstandard archive",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"\xd0\xcf\x11\xe0": "an old workbook",
}


@dataclass(frozen=True, slots=True)
class Raw:
    """One file's bytes, unpacked; `sha256` is of the file as it lies on the disk."""

    data: bytes
    sha256: str
    modified: float


def walk(folder: Path, limits: Limits) -> Iterator[tuple[Path, str | None]]:
    """Every file under `folder` in a fixed order, with a sentence instead where it must not be opened.

    Links are never followed: one that points out of the folder is refused, one that stays inside is passed
    over, since its target is met anyway. Raises Hostile when the folder itself is too large to be believed.
    """
    root = folder.resolve()
    seen = 0
    for place, folders, names in os.walk(root, followlinks=False):
        here = Path(place)
        if len(here.relative_to(root).parts) >= limits.depth:
            folders.clear()
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(name for name in folders if name not in linked and not name.startswith("."))
        for name in sorted(names + linked):
            if name.startswith("."):
                continue
            seen += 1
            if seen > limits.files:
                raise Hostile(
                    f"{folder} holds more than {limits.files:,} files. Point at the folder that holds only "
                    "the downloaded public files."
                )
            path = here / name
            if not path.is_symlink():
                yield path, None
            elif not path.resolve().is_relative_to(root):
                yield (
                    path,
                    (
                        f"{name} is a link that leads out of the folder. It was not opened: copy the file itself "
                        "into the folder."
                    ),
                )


def _open(path: Path) -> tuple[int, os.stat_result]:
    """A read-only descriptor on a regular file, without following a link swapped in meanwhile."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode):
        os.close(handle)
        raise Foreign(f"{path.name} is not an ordinary file")
    return handle, facts


def head(path: Path) -> bytes:
    """The first 64 kB, unpacked: enough to recognise a file, too little to be hurt by one."""
    handle, _ = _open(path)
    with os.fdopen(handle, "rb") as file:
        start = file.read(HEAD)
    if start.startswith(GZIP):
        try:
            start = zlib.decompressobj(31).decompress(start, HEAD)
        except zlib.error as problem:
            raise Foreign(f"{path.name} calls itself gzip but cannot be unpacked ({problem})") from problem
    for magic, what in ARCHIVES.items():
        if start.startswith(magic):
            raise Foreign(f"{path.name} is {what}; unpack it and load the CSV or JSON inside")
    if start[257:262] == b"ustar":
        raise Foreign(f"{path.name} is a tar archive; unpack it and load what is inside")
    return start


def read(path: Path, limits: Limits) -> Raw:
    """The whole file, unpacked under the caps. Raises Torn for a cut gzip, Hostile beyond a cap or on NULs."""
    handle, facts = _open(path)
    with os.fdopen(handle, "rb") as file:
        if facts.st_size > limits.file_bytes:
            raise Hostile(
                f"{path.name} is {bytes_in_words(facts.st_size)}; no public file is larger than "
                f"{bytes_in_words(limits.file_bytes)}. Check what was downloaded."
            )
        packed = file.read(limits.file_bytes + 1)
    digest = hashlib.sha256(packed).hexdigest()
    data = _gunzip(packed, path, limits) if packed.startswith(GZIP) else packed
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\x00" in data:
        raise Hostile(
            f"{path.name} holds NUL bytes after a header we know: it is not a text file, or the download was "
            "spoilt. Download it again."
        )
    return Raw(data, digest, facts.st_mtime)


def _gunzip(packed: bytes, path: Path, limits: Limits) -> bytes:
    """gzip members one after another, stopping as soon as a cap is passed."""
    parts: list[bytes] = []
    size, rest = 0, packed
    while rest:
        unpacker = zlib.decompressobj(31)
        feed = rest
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(feed, CHUNK)
            except zlib.error as problem:
                raise Torn(f"{path.name} cannot be unpacked ({problem}). Download it again.") from problem
            feed = unpacker.unconsumed_tail
            size += len(piece)
            _refuse_bomb(size, len(packed), path, limits)
            parts.append(piece)
            if not piece and not feed and not unpacker.eof:
                raise Torn(
                    f"{path.name} breaks off in the middle of its packed data: the download was cut short. "
                    "Download it again."
                )
        rest = unpacker.unused_data
        if rest and not rest.startswith(GZIP):
            break  # padding after the last member
    return b"".join(parts)


def _refuse_bomb(size: int, packed: int, path: Path, limits: Limits) -> None:
    if size > limits.unpacked_bytes or (size > limits.ratio_applies_from and size > packed * limits.unpacked_ratio):
        raise Hostile(
            f"{path.name} is {bytes_in_words(packed)} packed but unpacks to more than {bytes_in_words(size)}: "
            "that is how a bomb looks, not a table. It was not read further."
        )


def text(data: bytes) -> str:
    """Text of bytes in UTF-8 (with or without mark), UTF-16 with mark, or cp1252 as the agencies still write."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def beginning(data: bytes) -> str:
    """Text of a head that may end in the middle of a letter."""
    for spare in range(4):
        try:
            return data[: len(data) - spare].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return text(data)
