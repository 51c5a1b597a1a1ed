"""What is said about a file that is not read. Each sentence says what is wrong and how to mend it."""

from __future__ import annotations

from rounds.kit.refusal import Refusal


class FileRefused(Refusal):
    """A public file that looks like one of ours cannot be used."""

    status = 422


class Torn(FileRefused):
    """The file ends too early or a row is incomplete: a download that broke off."""


class Hostile(FileRefused):
    """The file is built to hurt: a bomb, a path out of the folder, bytes that are no text."""


class Foreign(Exception):
    """Not one of the files we read. Nothing is wrong with it: it is left aside and said."""


def bytes_in_words(count: int) -> str:
    """1_572_864 → "1.5 MB": sizes as a person says them."""
    for unit, size in (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024)):
        if count >= size:
            return f"{count / size:.1f} {unit}".replace(".0 ", " ")
    return f"{count} bytes"
