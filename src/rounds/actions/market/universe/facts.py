"""Claims of the files as AccountFacts: what changed is written, an older file never overwrites a newer one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    chunk: Mapping[UUID, Sequence[Mapping[str, Any]]], *, batch: UUID, by: Actor, at: datetime
) -> FactsWritten:
    """Write the claims of one chunk of accounts (id → claim rows of `rules.universe`), at most 5,000 rows.

    A claim is the same when value, date and confidence are; one older than what stands is passed over. People's
    facts have sources of their own and are not touched. Effects: AccountFacts, one audit entry.
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
                fact = standing.get((account, claim["key"], claim["source"]))
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
        written.created, written.updated = staged.insert(fresh), staged.update(changed, FIELDS)
        if fresh or changed:
            detail = {"batch": str(batch), "created": len(fresh), "updated": len(changed)}
            audit.note("universe.facts", by=by, at=at, kind="batch", subject=batch, detail=detail)
    return written


def _same(fact: AccountFact, said: Mapping[str, Any]) -> bool:
    return all(getattr(fact, name) == value for name, value in said.items())


def newer_here(ids: Mapping[tuple[str, str], UUID], claims: Sequence[Mapping[str, Any]]) -> frozenset[tuple[UUID, str]]:
    """(account, fact) pairs of which the database holds a later date than any of `claims`: an older folder."""
    latest: dict[tuple[UUID, str], Any] = {}
    for claim in claims:
        account = ids.get((claim["level"], claim["id"]))
        if account and claim["as_of"]:
            key = account, claim["key"]
            latest[key] = max(latest.get(key, claim["as_of"]), claim["as_of"])
    kept = AccountFact.objects.filter(account_id__in=set(ids.values()), human=False, as_of__isnull=False)
    return frozenset(
        (account, key)
        for account, key, as_of in kept.values_list("account_id", "key", "as_of").iterator(chunk_size=20_000)
        if (account, key) in latest and as_of > latest[account, key]
    )
