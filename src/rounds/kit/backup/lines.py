"""Names of WAL segments, and which one follows which, also across the new line that each restore begins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .crypt import Opener

if TYPE_CHECKING:
    from .catalog import Store


def number_of(name: str, size: int) -> int:
    """The place of a segment in the log."""
    return int(name[8:16], 16) * (0x100000000 // size) + int(name[16:24], 16)


def name_of(timeline: int, number: int, size: int) -> str:
    """The name of the segment `number` of a line."""
    high, low = divmod(number, 0x100000000 // size)
    return f"{timeline:08X}{high:08X}{low:08X}"


def at_lsn(timeline: int, lsn: str, size: int, *, end: bool = False) -> str:
    """The segment that holds the position `lsn` ("0/3000158"); with `end` the one whose last byte is before it."""
    high, low = (int(part, 16) for part in lsn.split("/"))
    place = (high << 32) + low - int(end)
    return name_of(timeline, place // size, size)


def history(store: Store, timeline: int) -> list[tuple[int, int]]:
    """The lines `timeline` came from, oldest first: (line, the byte where it was left)."""
    path = store.wal / f"{timeline:08X}.history.enc"
    if timeline == 1 or not path.exists():
        return []
    with Opener(path, store.ring, store.about(f"wal/{timeline:08X}.history")) as file:
        text = file.read(1 << 20) or b""
    found = []
    for line in text.decode(errors="replace").splitlines():
        words = line.split()
        if len(words) >= 2 and words[0].isdigit():
            high, low = (int(part, 16) for part in words[1].split("/"))
            found.append((int(words[0]), (high << 32) + low))
    return found


def following(store: Store, first: str, size: int, there: set[str]) -> Iterator[str]:
    """The segments a backup beginning with `first` needs, in order, up to the last that stands there; a missing one
    among them is named in its place. Follows the newest line that came from the backup's own."""
    line = int(first[:8], 16)
    lines = sorted({int(name[:8], 16) for name in there if int(name[:8], 16) >= line}, reverse=True)
    way: list[tuple[int, int]] = [(line, 0)]
    for newest in lines:
        came = history(store, newest)
        if line in [one for one, _ in came]:
            begins = [(one, came[i - 1][1] if i else 0) for i, (one, _) in enumerate(came)] + [(newest, came[-1][1])]
            way = [(one, at) for one, at in begins if one >= line]
            break
    ours = [name for name in there if len(name) == 24 and any(int(name[:8], 16) == one for one, _ in way)]
    last = max((number_of(name, size) for name in ours), default=-1)
    for number in range(number_of(first, size), last + 1):
        fits = [(one, at) for one, at in way if at // size <= number]
        line, began = fits[-1]
        name = name_of(line, number, size)
        if name not in there and len(fits) > 1 and began // size == number:
            # A line that begins in the middle of a segment: the old line's serves until the new one's is there.
            name = name_of(fits[-2][0], number, size)
        yield name
