"""Looking for duplicates: through a whole noun, or at one record; what is found is kept as pairs for somebody to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from rounds.actions.flow import staged
from rounds.actions.flow.deeds import deed
from rounds.actions.market.merge_nouns import NOUNS
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.text import digits, domain_of, plain_organization
from rounds.models import Account, Contact, DuplicatePair, Lead
from rounds.models.flow.active import active
from rounds.models.sealed import whose
from rounds.rules import duplicates
from rounds.rules.duplicates import Found

TASK = "market.find_duplicates"
COLUMNS: dict[str, tuple[str, ...]] = {
    "account": ("name", "level", "ccn", "phone", "website", "zip", "city", "state", "address"),
    "contact": ("name", "email", "phone", "title", "account_id", "account__website"),
    "lead": ("name", "email", "phone", "organization", "state", "account_id", "account__website"),
}
"""What of a record is compared, as it is stored."""
BORN = {"account": "created_at", "contact": "created_at", "lead": "captured_at"}
NEAR = 300
"""Records one is compared with at most: those that share an address, a number, a place or a name."""


def record(noun: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """The stored columns of a record under the names of the rule."""
    found = {"account" if name == "account_id" else name: value for name, value in said.items()}
    site = found.pop("account__website", "") or found.pop("website", "") or ""
    mail = str(found.get("email") or "")
    return {**found, "domain": domain_of(mail) if "@" in mail else domain_of(site)}


def look_through(noun: str, *, by: Actor, at: datetime) -> dict[str, int]:
    """Compare every record of `noun` that was not merged away with those that share a block with it.

    Pairs that somebody said are two stay so; open pairs that are alike no longer go. Effects: DuplicatePairs, an audit
    entry. Answers {"looked", "found", "new", "gone"}.
    """
    rows = NOUNS[noun].model.objects.filter(merged_into=None).order_by(BORN[noun], "pk")
    columns = COLUMNS[noun]
    kept = [(key, record(noun, dict(zip(columns, said, strict=True)))) for key, *said in rows.values_list("pk", *columns).iterator(5000)]
    now = active()
    found = duplicates.find(now.playbook, noun, [said for _, said in kept])
    with deed(by):
        counts = _keep(noun, [((kept[f.one][0], kept[f.other][0]), f) for f in found], None, now.hash, at)
        said = {"looked": len(kept), "found": len(found), **counts}
        audit.note("duplicates.look", by=by, at=at, kind=noun, detail=said)
    return said


def look_at(row: Account | Contact | Lead, *, by: Actor, at: datetime) -> list[DuplicatePair]:
    """Compare one record with those near it; the open pairs it is part of. Effects: DuplicatePairs."""
    noun, now = row._meta.model_name, active()
    said = stored(row)
    others = list(near(noun, said, type(row).objects.exclude(pk=row.pk)).values_list("pk", BORN[noun], *COLUMNS[noun]))
    like = [record(noun, dict(zip(COLUMNS[noun], other[2:], strict=True))) for other in others]
    found = duplicates.find_like(now.playbook, noun, record(noun, said), like)
    here = (getattr(row, BORN[noun]), row.pk)
    pairs = [(tuple(key for _, key in sorted((here, (others[f.other][1], others[f.other][0])))), f) for f in found]
    with deed(by):
        _keep(noun, pairs, row.pk, now.hash, at)
    return list(DuplicatePair.objects.filter(about(noun, row.pk), state="open").order_by("-points"))


def like(noun: str, said: Mapping[str, Any], rows: QuerySet) -> list[tuple[Any, int, str]]:
    """Those of `rows` (already narrowed to what somebody sees) that `said`, which is not stored yet, may be: (record,
    points, group), the surest first."""
    told = {name: said.get(name) or "" for name in COLUMNS[noun]}
    others = list(near(noun, told, rows)[:NEAR])
    forms = [record(noun, stored(other)) for other in others]
    found = duplicates.find_like(active().playbook, noun, record(noun, told), forms)
    return [(others[pair.other], pair.points, pair.group) for pair in found]


def near(noun: str, said: Mapping[str, Any], rows: QuerySet) -> QuerySet:
    """Those of `rows` that share something with `said` that an index finds: an address, a number, a place, a name."""
    asked = Q(pk__in=())
    if noun == "account":
        site, name = domain_of(str(said["website"] or "")), plain_organization(str(said["name"] or ""))
        for wanted in ({"plain_name": name}, {"domain": site}, {"ccn": said["ccn"]}):
            if all(wanted.values()):
                asked |= Q(**wanted)
        if name and said["state"]:
            first = name.split()[0]
            asked |= Q(state=said["state"], plain_name__gte=first, plain_name__lt=first + "{")
            if said["city"]:
                asked |= Q(state=said["state"], city__iexact=said["city"])
    else:
        phone = digits(str(said["phone"] or ""))
        if said["email"]:
            asked |= Q(email=said["email"])
        if phone:
            asked |= whose(NOUNS[noun].model, "phone", phone)
        if said["account_id"]:
            asked |= Q(account_id=said["account_id"])
    fetch = () if noun == "account" else ("account",)
    return rows.filter(asked, merged_into=None).select_related(*fetch)[:NEAR]


def about(noun: str, key: UUID) -> Q:
    """The pairs that a record is part of."""
    return Q(noun=noun) & (Q(**{noun: key}) | Q(**{f"other_{noun}": key}))


def _keep(noun: str, pairs: Iterable[tuple[tuple[UUID, UUID], Found]], only: UUID | None, digest: str, at: datetime) -> dict[str, int]:
    """Write what was found over what is kept: new pairs, other points, open ones that are gone (of `only`, or of all)."""
    here, there = f"{noun}_id", f"other_{noun}_id"
    rows = DuplicatePair.objects.filter(noun=noun) if only is None else DuplicatePair.objects.filter(about(noun, only))
    kept = {(getattr(pair, here), getattr(pair, there)): pair for pair in rows}
    new, changed = [], []
    for ends, found in pairs:
        pair = kept.pop(ends, None)
        if pair is None:
            new.append(DuplicatePair(noun=noun, points=found.points, group=found.group, playbook_hash=digest, found_at=at,
                                     **{here: ends[0], there: ends[1]}))  # fmt: skip
        elif pair.state in ("open", "gone") and (pair.points, pair.state) != (found.points, "open"):
            pair.points, pair.group, pair.state, pair.playbook_hash = found.points, found.group, "open", digest
            changed.append(pair)
    gone = [pair for pair in kept.values() if pair.state == "open"]
    for pair in gone:
        pair.state = "gone"
    staged.insert(new)
    staged.update([*changed, *gone], ("points", "group", "state", "playbook_hash"))
    return {"new": len(new), "gone": len(gone)}


def stored(row: Account | Contact | Lead) -> dict[str, Any]:
    """What of a record is compared, by the paths of COLUMNS."""
    return {path: _value(row, path) for path in COLUMNS[row._meta.model_name]}


def _value(row: Model, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row
