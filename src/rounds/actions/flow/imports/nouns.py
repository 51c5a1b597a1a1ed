"""What may be imported: for each noun its fields, what its rows are matched by, and where its words come from.

One wizard and one engine serve all of them; a noun's module says how a row is understood, compared, written, taken back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook
from rounds.playbook.shapes.imports import Exported


class LeftOut(Refusal):
    """This row is of a kind that does not come in; it is counted and left out."""

    status = 422


RULES = {"always": "always", "blank": "fill if blank", "never": "never overwrite"}
"""What becomes of a value that stands there already."""


@dataclass(frozen=True, slots=True)
class Target:
    """A field a column may mean. `picks` are the words it takes; `kept` names the field roles may be kept from;
    `keeps` says that it identifies or dates a row and never overwrites one."""

    name: str
    label: str
    kind: str = "text"
    picks: tuple[str, ...] = ()
    kept: str = ""
    keeps: bool = False


@dataclass(frozen=True)
class Noun:
    """A kind of record that comes in as a file. `keys`: what rows may be matched by, with their words."""

    code: str
    title: str
    plural: str
    targets: Callable[[Playbook], tuple[Target, ...]]
    keys: Mapping[str, str]
    match: tuple[str, ...]
    engine: Any = None
    """The module that understands, compares, writes and takes back; None where the noun's pages are not built yet."""
    needs: str = ""
    """The noun of access/roles.yaml one has to write; "" = a permission (see begin)."""
    url: str = ""
    shows: tuple[str, ...] = field(default=())
    """The two fields a preview names a row by."""
    side_by_side: bool = False
    """Whether chunks of its file may be written at a time: no row hangs on another of the same file."""


NOUNS: dict[str, Noun] = {}


def register(noun: Noun) -> Noun:
    """Make a noun known to the wizard."""
    NOUNS[noun.code] = noun
    return noun


def plain(head: str) -> str:
    """A header or a name as they are compared."""
    return re.sub(r"[^a-z0-9]+", "_", head.strip().lower()).strip("_")


def offered(noun: Noun, book: Playbook, hidden: Collection[str] = ()) -> dict[str, Target]:
    """The fields a column may mean, by name, without those that are kept from whoever asks."""
    return {one.name: one for one in noun.targets(book) if not one.kept or one.kept not in hidden}


def recognised(book: Playbook, heads: Sequence[str]) -> tuple[str, str, Exported] | None:
    """(code, title, export) of the system that wrote a file with these headers; the one that knows most of them."""
    there = {plain(head) for head in heads}
    found = [(len(one.knows), code, system.title, one) for code, system in book.imports.systems.items()
             for one in system.exports if {plain(name) for name in one.knows} <= there]  # fmt: skip
    return max(found, key=lambda pair: pair[0])[1:] if found else None


def guessed(noun: Noun, book: Playbook, heads: Sequence[str], hidden: Collection[str] = ()) -> list[str]:
    """What each header probably means ("" = nothing): by the system that wrote it, the field's name, label or words.
    No field is meant twice."""
    targets, taken, known = offered(noun, book, hidden), set(), recognised(book, heads)
    said = {plain(k): v for k, v in known[2].columns.items()} if known and known[2].noun == noun.code else {}
    words = {plain(word): name for name, several in book.imports.words.get(noun.code, {}).items() for word in several}
    labels = {plain(one.label): name for name, one in targets.items()}
    found = []
    for head in heads:
        here = plain(head)
        name = said[here] if here in said else here if here in targets else labels.get(here) or words.get(here, "")
        name = name if name in targets and name not in taken else ""
        taken |= {name} - {""}
        found.append(name)
    return found


def signature(heads: Sequence[str]) -> str:
    """A header line as it is remembered: the same columns, whatever their case and signs."""
    return "|".join(plain(head) for head in heads)[:4000]
