"""What retention would let go of: for each rule and kind of record how much is due, what is held back, and the taking.

Evidence and leads go by functions of the database alone (models/ground/retention.sql), which count the floor and the
holds themselves; the rest is deleted here, in the sight of the worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import F, Min, Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Greatest

from rounds.actions.trust.holds import held
from rounds.kit.refusal import Refusal
from rounds.models import LegalHold
from rounds.playbook.shapes.keeping import KeepingRule, Retention
from rounds.rules.keeping import cutoff

EXAMPLES = 3
Gone = list[tuple[str, datetime]]


class UnknownKind(Refusal):
    """A rule of retention names a kind of record that this version does not have."""


@dataclass(frozen=True)
class Due:
    """What one rule finds of one kind of record. `first`: keys of the oldest that would go; `oldest`: since when it waits."""

    rule: str
    kind: str
    before: datetime
    due: int = 0
    held: int = 0
    first: tuple[str, ...] = field(default=())
    oldest: datetime | None = None


def kinds(retention: Retention) -> Iterator[tuple[str, str]]:
    """(rule, kind of record) of everything that can come due, in the order of the playbook."""
    for code, rule in retention.rules.items():
        for kind in rule.of if rule.happens != "keep" else ():
            yield code, kind


def model_of(kind: str) -> type[Model]:
    """The table behind a kind of record. Raises UnknownKind."""
    try:
        return apps.get_model("rounds", kind)
    except LookupError:
        raise UnknownKind(f"trust/retention.yaml names “{kind}”, which this version of Rounds does not keep.") from None


def due(code: str, kind: str, rule: KeepingRule, at: datetime) -> Due:
    """What `rule` would let go of at `at`. Writes nothing."""
    before = cutoff(rule, at)
    if rule.class_ == "evidence":
        count, back, first, oldest = _ask("SELECT * FROM rounds_evidence_due(%s, %s)", [_table(kind), before])[0]
        return Due(code, kind, before, count, back, tuple(first or ()), oldest)
    if kind == "Lead":
        return _leads(code, before)
    late = _late(kind, rule, before)
    free = _free(late, rule)
    count = free.count()
    first = tuple(str(key) for key in free.order_by("moment", "pk").values_list("pk", flat=True)[:EXAMPLES]) if count else ()
    oldest = late.aggregate(oldest=Min("moment"))["oldest"]
    return Due(code, kind, before, count, late.count() - count, first, oldest)


def take(kind: str, rule: KeepingRule, before: datetime, most: int, certificate: UUID) -> Gone:
    """Let go of at most `most` rows, the oldest first: (key, since when it counted) of each. Empty: nothing is left.

    Effects: the rows are gone with what stands below them; of the audit trail AuditGap. Runs in the caller's transaction.
    """
    if rule.class_ == "evidence":
        said = [_table(kind), before, most, certificate]
        return _ask("SELECT key, since FROM rounds_purge_evidence(%s, %s, %s, %s)", said)
    if kind == "Lead":
        return _ask("SELECT key, since FROM rounds_purge_leads(%s, %s, %s)", [before, most, certificate])
    rows = list(_free(_late(kind, rule, before), rule).order_by("moment", "pk").values_list("pk", "moment")[:most])
    model_of(kind).objects.filter(pk__in=[key for key, _ in rows]).delete()
    return [(str(key), moment) for key, moment in rows]


def _leads(code: str, before: datetime) -> Due:
    (count, back, first, oldest) = _ask(
        "SELECT count(*) FILTER (WHERE NOT held), count(*) FILTER (WHERE held),"
        " (array_agg(id::text ORDER BY moment, id) FILTER (WHERE NOT held))[1:3], min(moment) FROM rounds_late_leads(%s)", [before]
    )[0]
    return Due(code, "Lead", before, count, back, tuple(first or ()), oldest)


def _table(kind: str) -> str:
    return model_of(kind)._meta.db_table


def _late(kind: str, rule: KeepingRule, before: datetime) -> QuerySet:
    columns = [F(name) for name in rule.counted_from]
    moment = Greatest(*columns) if len(columns) > 1 else columns[0]
    return model_of(kind).objects.annotate(moment=moment).filter(moment__lt=before)


def _free(late: QuerySet, rule: KeepingRule) -> QuerySet:
    """Without what is held: everything under a hold on everything, what stands below a held account, lead or contact,
    and what belongs to a held person. What is only in
    the way of the work (class working) says nothing about anybody and is not held."""
    if rule.class_ == "working":
        return late
    holds = LegalHold.objects.filter(lifted_at=None)
    if holds.filter(kind="everything").exists():
        return late.none()
    columns = {column.attname for column in late.model._meta.concrete_fields}
    for kind in ("account", "lead", "contact"):
        if f"{kind}_id" in columns:
            late = late.exclude(**{f"{kind}_id__in": RawSQL("SELECT h.id FROM rounds_held() h WHERE h.kind = %s", [kind])})
    if any(column.name == "user" for column in late.model._meta.concrete_fields):
        people = holds.filter(kind="user").values_list("subject_id", flat=True)
        return late.exclude(user_id__in=held("user", people))
    if any(column.name == "by_id" for column in late.model._meta.concrete_fields):
        return late.exclude(Q(by_id__in=holds.filter(kind="user").values("subject_id")))
    return late


def _ask(sql: str, said: list) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        return cursor.fetchall()
