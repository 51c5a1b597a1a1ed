"""Addresses and numbers of people who were erased: known by their blind index alone, so that nobody brings them back
without a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rounds.kit.actor import Actor
from rounds.kit.keys import ring
from rounds.kit.refusal import Refusal
from rounds.kit.text import digits
from rounds.models import Suppression
from rounds.models.base import signature


class AskedToBeErased(Refusal):
    """This address or number belongs to somebody who asked to be erased; it is kept out. If they came back by themselves,
    a compliance officer lets them in."""

    field = "email"


def index_of(said: str) -> str:
    """The blind index of an e-mail address or a telephone number, however it is written; "" for nothing."""
    return next(iter(indexes_of(said)), "")


def indexes_of(said: str) -> list[str]:
    """Every index it may stand under, the newest first: a suppression outlives the key its index was made with."""
    said = said.strip().lower()
    plain = said if "@" in said else digits(said)
    return ring().blinds(plain, "rounds_suppression.index") if len(plain) >= 6 else []


def need_welcome(*said: str) -> None:
    """Go on only if none of these addresses and numbers was erased. Raises AskedToBeErased (409)."""
    indexes = [index for one in filter(None, said) for index in indexes_of(one)]
    if indexes and Suppression.objects.filter(index__in=indexes).exists():
        raise AskedToBeErased


def suppress(said: Iterable[str], *, why: str, by: Actor, at: datetime) -> int:
    """Keep these addresses and numbers out from now on; how many. Effects: Suppression rows, no copy of what was said."""
    indexes = sorted({index for index in map(index_of, said) if index})
    rows = [Suppression(index=index, why=why, **signature(by, at)) for index in indexes]
    return len(Suppression.objects.bulk_create(rows, ignore_conflicts=True))


def lift(said: Iterable[str]) -> int:
    """Let these addresses and numbers in again; how many were kept out. That they once were stays as evidence."""
    rows = list(Suppression.objects.filter(index__in=[index for one in said if one for index in indexes_of(one)]))
    for row in rows:
        row.index, row.why = f"lifted:{row.id}", f"{row.why}; let in again"
        row.save(update_fields=["index", "why"])
    return len(rows)
