"""Search: words and near spellings over accounts, contacts, leads and deals, narrowed by sight inside the database."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

KINDS = ("account", "contact", "lead", "opportunity")
NEAR = 80
"""Similarity (0–100) from which a known word counts as a near spelling of one that leads nowhere."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found record: its kind and id; smaller `place` means that the words stand nearer the front of its name."""

    kind: str
    id: UUID
    place: int
    weight: int


def search(said: str, *, kinds: tuple[str, ...] = KINDS, most: int = 20) -> list[Hit]:
    """The records that hold every word of `said` as a prefix; where none does, near spellings of the words.

    At most six words count. Under the running transaction's sight.
    """
    words = words_of(said[:200])[:6]
    if not words:
        return []
    hits = _found([[word] for word in words], kinds, most)
    if hits:
        return hits
    near = [[word, *_near(word)] for word in words]
    return _found(near, kinds, most) if any(len(options) > 1 for options in near) else []


def ids_of_words(said: str, kind: str, *, most: int) -> list[UUID]:
    """The ids of the records of `kind` that hold every word, for list filters."""
    return [hit.id for hit in search(said, kinds=(kind,), most=most)]


def words_of(said: str) -> list[str]:
    """The words of a text as the database keeps them (`rounds_words`): plain letters and digits, without accents
    and apostrophes, at most 60 of them a word."""
    plain = _DROPPED.sub("", unicodedata.normalize("NFKD", said).lower())
    return [word[:60] for word in re.split(r"[^a-z0-9]+", plain) if word]


_DROPPED = re.compile("[\u0300-\u036f'’ʼ`]")


def _found(terms: list[list[str]], kinds: tuple[str, ...], most: int) -> list[Hit]:
    # The longest word first: it is the rarest, and it leads the way through the index.
    terms = sorted(terms, key=lambda options: -len(options[0]))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, object_id, hits, weight FROM rounds_search(%s::jsonb, %s, %s)",
            [json.dumps(terms), list(kinds), most],
        )
        return [Hit(*row) for row in cursor.fetchall()]


_vocabulary: dict[tuple[str, str], tuple[float, list[str]]] = {}


def _near(word: str) -> list[str]:
    """Known words that `word` was probably meant to be: same first letter, alike enough."""
    if len(word) < 4:
        return []
    from rapidfuzz import fuzz, process

    key = (connection.settings_dict["NAME"], word[0])
    read_at, known = _vocabulary.get(key, (0.0, []))
    if time.monotonic() - read_at > 60:
        with connection.cursor() as cursor:
            cursor.execute("SELECT rounds_vocabulary(%s)", [word[0]])
            known = [row[0] for row in cursor.fetchall()]
        _vocabulary[key] = (time.monotonic(), known)
    alike = process.extract(word, known, scorer=fuzz.ratio, limit=4, score_cutoff=NEAR)
    return [match for match, _, _ in alike]
