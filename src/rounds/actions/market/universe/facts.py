"""Claims of the files as AccountFacts: what changed is written, an older file never overwrites a newer one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rounds.actions.flow import staged
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import AccountFact
from rounds.models.base import signature

FIELDS = ["value", "source_ref", "as_of", "confidence", "estimated", "by_kind", "by_id", "by_name", "at"]


@dataclass
class FactsWritten:
    """Claims written for the first time, renewed, and left as they are (older ones among them)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, other: FactsWritten) -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged


def write_facts(
    chunk: Mapping[UUID, Sequence[Mapping[str, Any]]], *, speaking: Speaking, batch: UUID, by: Actor, at: datetime
) -> FactsWritten:
    """Write the claims of one chunk of accounts (id → claim rows of `rules.universe`), at most 5,000 rows.

    A claim is the same when value, date and confidence are; one older than what stands is passed over; one that its
    source does not make any more is taken back. People's facts have sources of their own and are not touched.
    Effects: AccountFacts, one audit entry.
    """
    with deed(by):
        standing = {
            (fact.account_id, fact.key, fact.source): fact
            for fact in AccountFact.objects.filter(account_id__in=list(chunk), human=False)
        }
        who = signature(by, at)
        fresh, changed, written = [], [], FactsWritten()
        for account, claims in chunk.items():
            for claim in claims:
                fact = standing.pop((account, claim["key"], claim["source"]), None)
                said = {
                    "value": json.loads(claim["value"]),
                    "as_of": claim["as_of"],
                    "confidence": claim["confidence"],
                    "estimated": claim["estimated"],
                }
                if fact is None:
                    where = {"key": claim["key"], "source": claim["source"], "source_ref": claim["source_ref"]}
                    fresh.append(AccountFact(account_id=account, **where, **said, **who))
                elif _same(fact, said) or (fact.as_of and said["as_of"] and said["as_of"] < fact.as_of):
                    written.unchanged += 1
                else:
                    for name, value in {**said, "source_ref": claim["source_ref"], **who}.items():
                        setattr(fact, name, value)
                    changed.append(fact)
        dropped = [fact.id for fact in standing.values() if speaking.takes_back(fact)]
        AccountFact.objects.filter(id__in=dropped).delete()
        written.created, written.updated = staged.insert(fresh), staged.update(changed, FIELDS) + len(dropped)
        if fresh or changed or dropped:
            detail = {"batch": str(batch), "created": len(fresh), "updated": len(changed), "dropped": len(dropped)}
            audit.note("universe.facts", by=by, at=at, kind="batch", subject=batch, detail=detail)
    return written


def _same(fact: AccountFact, said: Mapping[str, Any]) -> bool:
    return all(getattr(fact, name) == value for name, value in said.items())


@dataclass(frozen=True, slots=True)
class Speaking:
    """How new each source of this load is: only what a source can speak of may be renewed or taken back by it."""

    dates: Mapping[str, date | None]

    @classmethod
    def of(cls, claims: Sequence[Mapping[str, Any]]) -> Speaking:
        dates: dict[str, date | None] = {}
        for claim in claims:
            known = [day for day in (dates.get(claim["source"]), claim["as_of"]) if day]
            dates[claim["source"]] = max(known, default=None)
        return cls(dates)

    def takes_back(self, fact: AccountFact) -> bool:
        """Whether a fact that is not claimed any more is one this load's source has dropped."""
        if fact.source not in self.dates:
            return False
        day = self.dates[fact.source]
        return day is None or fact.as_of is None or fact.as_of <= day


def newer_here(ids: Mapping[tuple[str, str], UUID], claims: Sequence[Mapping[str, Any]]) -> frozenset[tuple[UUID, str]]:
    """(account, fact) pairs the database knows better than this load: the claim that holds there is of a later date,
    or of a source this load does not have and at least as sure."""
    speaking = Speaking.of(claims)
    best: dict[tuple[UUID, str], float] = {}
    for claim in claims:
        account = ids.get((claim["level"], claim["id"]))
        if account:
            key = account, claim["key"]
            best[key] = max(best.get(key, 0), claim["confidence"])
    standing: dict[tuple[UUID, str], tuple[float, date, str]] = {}
    rows = AccountFact.objects.filter(account_id__in=set(ids.values()), human=False)
    for account, key, source, confidence, as_of in rows.values_list(
        "account_id", "key", "source", "confidence", "as_of"
    ).iterator(chunk_size=20_000):
        told = (confidence, as_of or date.min, source)
        standing[account, key] = max(standing.get((account, key), told), told)
    newer = set()
    for pair, (confidence, as_of, source) in standing.items():
        if source in speaking.dates:
            if as_of > (speaking.dates[source] or date.max):
                newer.add(pair)
        elif confidence >= best.get(pair, 0):
            newer.add(pair)
    return frozenset(newer)
