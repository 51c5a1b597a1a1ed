"""What looks like patient data in a text: kinds and places, never the values (COMM-14, trust/phi.yaml)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rounds.playbook.shapes.trust import Pattern, Phi
from rounds.rules.needs import Sieve

UNREAD = "unread"
"""The kind of what lies beyond the longest text that is looked at."""
OTHER = {UNREAD: "more text than is looked at", "came_back": "somebody who was erased and came back"}


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: the code of its kind and where it stands in the text, from `start` up to `end`."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Compiled:
    kind: str
    regex: re.Pattern[str]
    checks: tuple[str, ...]
    near: re.Pattern[str] | None
    unless: re.Pattern[str] | None


def found(book: Phi, text: str) -> list[Found]:
    """Everything in `text` that looks like patient data, in reading order; where findings overlap, the widest.

    Time is linear in the text: it is read in windows, by patterns whose repeats are bounded.
    """
    hits: list[Found] = []
    longest = book.longest.value
    for begin, part in _windows(text[:longest], book.window.value, book.overlap.value):
        for one in _patterns(book):
            hits += [Found(one.kind, begin + m.start(), begin + m.end())
                     for m in one.regex.finditer(part) if _holds(one, m, part, book)]  # fmt: skip
    if len(text) > longest:
        hits.append(Found(UNREAD, longest, len(text)))
    return _apart(hits)


def may_hold(book: Phi, text: str) -> bool:
    """False where no pattern can be found in `text`: a quick look, so that thousands of short texts cost little. A text
    of more than one window is not looked at, only said to be possible."""
    if len(text) > book.window.value:
        return True
    return _sieve(book).passes(text) and _any_of_all(book).search(text) is not None


def kinds(findings: Sequence[Found]) -> list[str]:
    """The codes of the kinds, each once, in reading order."""
    return list(dict.fromkeys(one.kind for one in findings))


def title(book: Phi, kind: str) -> str:
    """What a reader is told of a kind: "a date of birth"."""
    return book.kinds[kind].title if kind in book.kinds else OTHER.get(kind, kind)


def blacked_out(text: str, findings: Sequence[Found], mark: str = "█████") -> str:
    """`text` with every finding covered by the same mark, however long it was."""
    for one in sorted(findings, key=lambda f: f.start, reverse=True):
        text = text[: one.start] + mark + text[one.end :]
    return text


def given_out(number: str) -> bool:
    """Whether nine digits may be a social security number: not 000, 666 or 9xx, no group of zeros."""
    digits = re.sub(r"\D", "", number)
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return len(digits) == 9 and area not in ("000", "666") and area[0] != "9" and group != "00" and serial != "0000"


def _windows(text: str, size: int, overlap: int) -> Iterator[tuple[int, str]]:
    step = max(1, size - overlap)
    for begin in range(0, max(1, len(text) - overlap), step):
        yield begin, text[begin : begin + size]


def _holds(one: _Compiled, match: re.Match[str], text: str, book: Phi) -> bool:
    said = match.groupdict()
    for check in one.checks:
        if check == "ssn" and not given_out(said.get("ssn") or ""):
            return False
        if check == "name" and not _is_name(said.get("name") or "", book):
            return False
        if check == "born" and not _may_be_born(said, book):
            return False
    if one.near is None and one.unless is None:
        return True
    reach = book.reach.value
    around = text[max(0, match.start() - reach) : match.end() + reach]
    return (one.near is None or one.near.search(around) is not None) and (
        one.unless is None or one.unless.search(around) is None
    )


def _is_name(said: str, book: Phi) -> bool:
    words = [word.lower().replace("’", "'").strip("'-") for word in re.findall(r"[A-Za-z’'-]{2,}", said)]
    known = _not_names(book)
    return bool(words) and not any(word in known or word.removesuffix("'s") in known for word in words)


def _may_be_born(said: dict[str, str | None], book: Phi) -> bool:
    year = next((said[name] for name in ("year", "year2", "year3", "year4") if said.get(name)), None)
    return year is not None and book.born.first <= int(year) <= book.born.last


def _apart(hits: list[Found]) -> list[Found]:
    """In reading order without doubles; a finding that lies within another of its kind goes."""
    kept: list[Found] = []
    for hit in sorted(set(hits), key=lambda f: (f.start, -f.end)):
        if not any(hit.kind == other.kind and hit.start < other.end for other in kept[-8:]):
            kept.append(hit)
    return kept


@lru_cache(maxsize=8)
def _patterns(book: Phi) -> tuple[_Compiled, ...]:
    return tuple(
        _Compiled(code, re.compile(book.expanded(one)), one.checks or kind.checks, _any(one.near), _any(one.unless))
        for code, kind in book.kinds.items() for one in kind.patterns
    )  # fmt: skip


@lru_cache(maxsize=8)
def _any_of_all(book: Phi) -> re.Pattern[str]:
    """Every pattern as one, without its checks: what it does not find, none of them does."""
    every = (book.expanded(one) for kind in book.kinds.values() for one in kind.patterns)
    return re.compile("|".join("(?:" + re.sub(r"\(\?P<\w+>", "(?:", one) + ")" for one in every))


@lru_cache(maxsize=8)
def _sieve(book: Phi) -> Sieve:
    """What must stand in a text before any pattern can be found: most names and titles are told by it."""
    return Sieve(book.expanded(one) for kind in book.kinds.values() for one in kind.patterns)


@lru_cache(maxsize=8)
def _not_names(book: Phi) -> frozenset[str]:
    return frozenset(book.not_names.words)


@lru_cache(maxsize=256)
def _any(words: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(r"(?<![A-Za-z])" + re.escape(word) for word in words), re.IGNORECASE) if words else None


def compiled(book: Phi, pattern: Pattern) -> re.Pattern[str]:
    """One pattern as it runs. Raises re.error for one that is no regular expression."""
    return re.compile(book.expanded(pattern))
