"""What to call somebody, by the one line in which a name was kept: Rosa Diaz, Diaz, Rosa, Dr. Rosa Diaz, Rosa Diaz, MD (COMM-06)."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEFORE = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|mx)\.?\s+)+(?=\S)", re.IGNORECASE)
"""What stands before a name and is none."""
AFTER = re.compile(r"(?:[A-Z][A-Z.-]{1,5}|PhD|Ph\.D\.?|PharmD|EdD|Jr\.?|Sr\.?|I{2,3})")
"""A degree, or which of several of one name."""


@dataclass(frozen=True, slots=True)
class Name:
    """`first` is what a letter says after Hello; `whole` is first and last, without titles."""

    first: str
    last: str
    whole: str


def name_of(said: str) -> Name:
    """The parts of a name; of a single word the first. What follows a comma is a degree where the name stands before it
    already, else the given name."""
    before, _, after = " ".join(said.split()).partition(",")
    before, after = BEFORE.sub("", before.strip()), after.strip()
    if not after or (" " in before and all(AFTER.fullmatch(word) for word in re.split(r"[\s,]+", after))):
        first, _, last = before.partition(" ")
    else:
        first, last = BEFORE.sub("", after).split(",")[0].strip(), before
    return Name(first, last, f"{first} {last}".strip())
