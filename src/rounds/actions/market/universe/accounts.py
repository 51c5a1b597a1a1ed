"""Accounts of the universe: created, or brought up to date where no person has said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from rounds.actions.flow import staged
from rounds.actions.flow.deeds import deed
from rounds.actions.market.following import follow_unit
from rounds.actions.market.universe.events import quietly
from rounds.actions.market.universe.wanted import FACT_OF, FOLLOWS, GROUPS, Wanted
from rounds.actions.trust import audit, holds
from rounds.kit.actor import Actor
from rounds.models import Account, AccountFact

EMPTY = (None, "")
LOADED = "loaded"
"""Key of `custom` under which stands what the load last wrote, column by column: the base of a three-way merge.
A column that no longer says so was changed by a person, and stays."""


@dataclass
class Written:
    """Accounts created, updated and left as they are; `events` counts what was recorded."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    ids: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def add(self, other: Written) -> None:
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.ids.update(other.ids)


def write_accounts(
    chunk: Sequence[Wanted],
    *,
    systems_known: bool,
    outdated: frozenset[tuple[UUID, str]] = frozenset(),
    batch: UUID,
    by: Actor,
    at: datetime,
) -> Written:
    """Create or update one chunk of accounts (at most 5,000), found by CCN or system id.

    Unknown values never overwrite; a value a person set stays; `outdated` (account, fact) pairs are newer in the
    database. `systems_known` False leaves the hierarchy as it is (no linkage file), and so does a legal hold. Effects: accounts, quiet events
    account.added, account.changed and account.moved, one audit entry; nothing where nothing changed.
    """
    with deed(by):
        standing = _standing(chunk)
        human = _human([account.id for account in standing.values()])
        held = holds.held("account", [account.id for account in standing.values()])
        parents = _parents(chunk)
        written, fresh, changed, told = Written(), [], [], []
        for want in chunk:
            account = standing.get((want.level, want.key))
            parent = parents.get(want.parent) if want.parent else None
            if account is None:
                account = _fresh(want, parent, at)
                fresh.append(account)
                told.append(("account.added", {"name": account.name, "level": want.level}, account.id))
            else:
                guarded = human.get(account.id, set()) | {key for who, key in outdated if who == account.id}
                said = _bring_up_to_date(account, want, guarded)
                moved = _move(account, want, parent) if systems_known and account.id not in held else None
                if said or moved:
                    account.updated_at = at
                    changed.append(account)
                    told += _told(account, said, moved)
                else:
                    written.unchanged += 1
            written.ids[want.level, want.key] = account.id
        written.created, written.updated = staged.insert(fresh), staged.update(changed, COLUMNS)
        quietly(told, batch=batch, by=by, at=at)
        if fresh or changed:
            detail = {"batch": str(batch), "created": len(fresh), "updated": len(changed)}
            audit.note("universe.accounts", by=by, at=at, kind="batch", subject=batch, detail=detail)
    return written


COLUMNS = [
    "name", "plain_name", "address", "city", "state", "zip", "county", "phone", "lat", "lon", "website", "domain",
    "org_type", "subtype", "programme", "beds", "hospitals", "ehr", "ehr_vendor", "ehr_class", "ehr_confidence",
    "total_margin", "margin_trend", "net_patient_revenue_cents", "deal_potential_cents", "fye_month", "fye_day",
    "status", "closed_on", "ccn", "parent", "buying_unit", "is_unit", "custom", "updated_at",
]  # fmt: skip


def _standing(chunk: Sequence[Wanted]) -> dict[tuple[str, str], Account]:
    """The accounts the chunk is about, locked; a hospital somebody added by hand is adopted by name and state."""
    ccns = [want.key for want in chunk if want.level == "hospital"]
    systems = [want.key for want in chunk if want.level == "system"]
    locked = Account.objects.select_for_update(of=("self",))
    found = {("hospital", row.ccn): row for row in locked.filter(ccn__in=ccns)}
    found |= {("system", row.system_id): row for row in locked.filter(system_id__in=systems)}
    missing = [want for want in chunk if (want.level, want.key) not in found]
    names: dict[tuple[str, str, str], list[Wanted]] = {}
    for want in missing:
        names.setdefault((want.level, want.columns["plain_name"], want.columns["state"] or ""), []).append(want)
    byhand = locked.filter(
        ccn=None, system_id=None, status="open", level__in=["hospital", "system"],
        plain_name__in={plain for _, plain, _ in names},
    )  # fmt: skip
    alike: dict[tuple[str, str, str], list[Account]] = {}
    for row in byhand:
        alike.setdefault((row.level, row.plain_name, row.state), []).append(row)
    for key, rows in alike.items():
        wants = names.get(key, [])
        if len(rows) == len(wants) == 1:
            want, row = wants[0], rows[0]
            setattr(row, "ccn" if want.level == "hospital" else "system_id", want.key)
            found[want.level, want.key] = row
    return found


def _human(ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Account → facts on which a person's word stands."""
    told: dict[UUID, set[str]] = {}
    for account, key in AccountFact.objects.filter(account_id__in=ids, human=True).values_list("account_id", "key"):
        told.setdefault(account, set()).add("ehr_vendor" if key == "ehr" else key)
    return told


def _parents(chunk: Sequence[Wanted]) -> dict[str, Account]:
    wanted = {want.parent for want in chunk if want.parent}
    return {row.system_id: row for row in Account.objects.filter(system_id__in=wanted)}


def _fresh(want: Wanted, parent: Account | None, at: datetime) -> Account:
    values = {name: value for name, value in want.columns.items() if value not in EMPTY}
    facts = {name: value for name, value in want.facts.items() if value is not None}
    account = Account(level=want.level, created_at=at, updated_at=at, **values)
    setattr(account, "ccn" if want.level == "hospital" else "system_id", want.key)
    account.parent = parent
    account.is_unit = parent is None
    account.buying_unit_id = parent.buying_unit_id or parent.id if parent else account.id
    account.custom = {"facts": facts, LOADED: {**values, "facts": facts, "parent": want.parent}}
    return account


def _bring_up_to_date(account: Account, want: Wanted, guarded: set[str]) -> dict[str, list[Any]]:
    """Write what the files say anew into `account`; answers {column: [before, after]}."""
    base = dict(account.custom.get(LOADED, {}))
    said: dict[str, list[Any]] = {}
    kept = _kept(account, want.columns, base, guarded)
    for name, value in want.columns.items():
        if value in EMPTY or name in kept or name in want.weak:
            continue
        if getattr(account, name) != value:
            said[name] = [getattr(account, name), value]
            setattr(account, name, value)
        base[name] = value
    if account.status == "closed" and base.get("closed"):
        said |= {"status": ["closed", "open"]}
        account.status, account.closed_on = "open", None
        base.pop("closed")
    facts, based = dict(account.custom.get("facts", {})), dict(base.get("facts", {}))
    for name, value in want.facts.items():
        if value is None or name in guarded or facts.get(name) != based.get(name):
            continue
        if facts.get(name) != value:
            said[name] = [facts.get(name), value]
            facts[name] = value
        based[name] = value
    base["facts"] = based
    if said:
        account.custom = {**account.custom, "facts": facts, LOADED: base}
    return said


def _kept(account: Account, columns: Mapping[str, Any], base: Mapping[str, Any], guarded: set[str]) -> set[str]:
    """The columns a person has a word in: by a human fact, or because they no longer say what was loaded."""
    kept = set()
    for name in columns:
        now, loaded = getattr(account, name), base.get(name)
        if {FACT_OF.get(name), FOLLOWS.get(name)} & guarded or (
            now != loaded and not (now in EMPTY and loaded in EMPTY)
        ):
            kept.add(name)
    for group in GROUPS:
        if kept & set(group):
            kept |= set(group)
    return kept


def _move(account: Account, want: Wanted, parent: Account | None) -> dict[str, Any] | None:
    """Put a hospital where the linkage says, unless a person put it elsewhere."""
    base = account.custom.get(LOADED, {})
    stands = account.parent_id
    if want.level != "hospital" or stands == (parent.id if parent else None):
        return None
    loaded = base.get("parent")
    there = Account.objects.filter(system_id=loaded).values_list("id", flat=True).first() if loaded else None
    if stands != there:
        return None
    account.parent = parent
    account.is_unit = parent is None
    account.buying_unit_id = parent.buying_unit_id or parent.id if parent else account.id
    account.custom = {**account.custom, LOADED: {**base, "parent": want.parent}}
    return {"parent_before": str(stands) if stands else None, "parent_after": str(parent.id) if parent else None}


def _told(account: Account, said: dict[str, list[Any]], moved: dict[str, Any] | None) -> list[tuple]:
    told: list[tuple] = []
    if said:
        told.append(("account.changed", {"changed": said}, account.id))
    if moved:
        told.append(("account.moved", moved, account.id))
    return told


def settle_branches(*, by: Actor, at: datetime) -> int:
    """Give everything below a hospital, and all contacts and leads, the buying unit their account has now; how many
    accounts changed."""
    with deed(by), connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE below AS (
                SELECT c.id, p.buying_unit_id AS unit FROM rounds_account c JOIN rounds_account p ON p.id = c.parent_id
                 WHERE p.ccn IS NOT NULL
                UNION ALL
                SELECT c.id, b.unit FROM rounds_account c JOIN below b ON c.parent_id = b.id
            )
            UPDATE rounds_account a SET buying_unit_id = b.unit, is_unit = false, updated_at = %s
              FROM below b WHERE a.id = b.id AND (a.buying_unit_id IS DISTINCT FROM b.unit OR a.is_unit)
               AND (a.buying_unit_id IS NULL OR a.buying_unit_id NOT IN (SELECT rounds_held_accounts()))
            """,
            [at],
        )
        changed = cursor.rowcount
        follow_unit()
    return changed
