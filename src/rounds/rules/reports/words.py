"""Words of records in a report that is archived: taken out of it, so that a person can be erased from them, and proven all the same.

What is archived holds in the place of each such word its number and its seal: SHA-256 over a salt of its own and the word.
The mark of the report goes over the seals. Word and salt stand beside it (models/numbers/reports.py `ReportWord`); when they
are emptied, nobody finds the word again by trying, and the mark of all the rest still holds (docs/decisions/0016-words-of-reports.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ERASED = "Erased"
"""Stands where a word was erased."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A word of a report: its number, what it says, its salt, and the account its row is about. Without a salt it is erased."""

    place: int
    text: str
    salt: str
    account: str = ""


def seal(salt: str, text: str) -> str:
    """What a word is proven by."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def sealed(content: Any, salts: Callable[[], str]) -> tuple[Any, list[Kept]]:
    """The content with seals in place of its words, and the words. `salts` gives a new salt each time."""
    found: list[Kept] = []

    def walk(value: Any, account: str) -> Any:
        if isinstance(value, Mapping):
            if _is_word(value):
                found.append(Kept(len(found), value["text"], salts(), account))
                return {"word": found[-1].place, "seal": seal(found[-1].salt, value["text"]), "url": value["url"]}
            account = value.get("account") or account
            return {name: walk(inner, account) for name, inner in value.items()}
        return [walk(inner, account) for inner in value] if isinstance(value, list | tuple) else value

    return walk(content, ""), found


def opened(content: Any, words: Sequence[Kept] = ()) -> Any:
    """The content as it is read: each word as a text, or as (text, address); one that was erased says so."""
    known = {one.place: one for one in words}

    def walk(value: Any) -> Any:
        if isinstance(value, Mapping):
            if _is_word(value):
                return _piece(value["text"], value["url"])
            if "seal" in value:
                word = known.get(value["word"])
                return _piece(word.text if word and word.salt else ERASED, value["url"])
            return {name: walk(inner) for name, inner in value.items()}
        return [walk(inner) for inner in value] if isinstance(value, list | tuple) else value

    return walk(content)


def holds(content: Any, words: Sequence[Kept]) -> bool:
    """Whether every word that was not erased is the one that was sealed, and none is lacking."""
    known = {one.place: one for one in words}

    def walk(value: Any) -> bool:
        if isinstance(value, Mapping):
            if "seal" in value:
                word = known.get(value["word"])
                return word is not None and (not word.salt or seal(word.salt, word.text) == value["seal"])
            return all(walk(inner) for inner in value.values())
        return all(walk(inner) for inner in value) if isinstance(value, list | tuple) else True

    return walk(content)


def _is_word(value: Mapping[str, Any]) -> bool:
    return value.keys() == {"text", "url"}


def _piece(text: str, url: str) -> Any:
    return [text, url] if url else text
