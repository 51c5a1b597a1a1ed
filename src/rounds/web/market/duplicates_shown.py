"""What the pages of duplicates show: pairs one sees, their differences, what hangs below each, merges."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest

from rounds.access.allowed import may, may_change, reads
from rounds.access.fields import field_of
from rounds.access.pairs import pairs
from rounds.actions.market import merged_parts
from rounds.actions.market.duplicates import record, stored
from rounds.actions.market.merge_nouns import NOUNS
from rounds.models import AuditEntry, DuplicatePair, Merge
from rounds.models.flow.active import active
from rounds.models.listing.grammar import ListRefused
from rounds.rules import duplicates

PLURAL = {"account": "accounts", "contact": "contacts", "lead": "leads"}
URL = {"account": "/accounts/{}/", "contact": "/contacts/{}/", "lead": "/leads/{}/"}
LABELS = {"org_type": "Organisation type", "ehr": "EHR", "ehr_vendor": "EHR vendor", "zip": "ZIP code",
          "it_budget_cents": "IT budget", "deal_potential_cents": "Deal potential",
          "net_patient_revenue_cents": "Net patient revenue", "hipaa_status": "HIPAA status", "fye_month": "Fiscal year ends, month",
          "phone": "Telephone", "email": "E-mail", "parent": "Belongs to",
          "preference": "How to reach", "organization": "Organisation", "title": "Job title"}  # fmt: skip
BRIEF = {"account": ("city", "state", "phone", "website"), "contact": ("title", "email", "account"), "lead": ("organization", "email", "state")}
WHAT = {"contact": "contact", "lead": "lead", "leadactivity": "activity", "answer": "answer", "accountfact": "fact", "account": "account below",
        "intelligence": "note", "committeeseat": "committee seat", "task": "task", "opportunity": "deal"}  # fmt: skip
MANY = {"activity": "activities", "account below": "accounts below"}


def later(after: str) -> Q:
    """What comes after the place `after` ("points~id"). Raises ListRefused."""
    points, _, key = after.partition("~")
    try:
        reached, row = int(points), UUID(key)
    except ValueError:
        raise ListRefused("This page of the list is gone; start again from its first page.") from None
    return Q(points__lt=reached) | Q(points=reached, id__gt=row)


def counts(request: HttpRequest, noun: str) -> dict[str, int]:
    """Open pairs by group, and "all" of them. One query."""
    rows = pairs(request.scope, noun).filter(state="open").order_by().values_list("group").annotate(n=Count("pk"))
    found = dict(rows)
    return {**found, "all": sum(found.values())}


def tabs(request: HttpRequest, noun: str) -> list[dict[str, Any]]:
    """A tab a noun that the viewer's role reads."""
    return [
        {"name": PLURAL[one].capitalize(), "url": f"/duplicates/?noun={one}", "current": one == noun,
         "count": pairs(request.scope, one).filter(state="open").count()}
        for one in NOUNS if reads(request.user, one)
    ]  # fmt: skip


def line(pair: DuplicatePair, hidden: Collection[str]) -> dict[str, Any]:
    """One row of the list: both records in a few words."""
    return {"pair": pair, "sides": [{"row": row, "url": url_of(row), "brief": _brief(pair.noun, row, hidden)} for row in (pair.one, pair.other)],
            "title": next((group.title for group in active().playbook.duplicates.groups if group.group == pair.group), pair.group)}  # fmt: skip


def side_by_side(request: HttpRequest, pair: DuplicatePair) -> dict[str, Any]:
    """The table of both records: every field that says something, whose value would be kept, what hangs below each."""
    hidden = request.scope.hidden
    verdict = _verdict(pair, hidden)
    fields = [_field(pair, name) for name in NOUNS[pair.noun].fields if may_show(pair.noun, name, hidden)]
    told = [one for one in fields if one["here"] or one["there"]]
    below = [_below(row) for row in (pair.one, pair.other)]
    allowed = may(request.user, "records.merge") and all(may_change(request.user, row) for row in (pair.one, pair.other))
    return {
        "one": pair.one, "other": pair.other, "one_url": url_of(pair.one), "other_url": url_of(pair.other), "verdict": verdict,
        "differ": [one for one in told if one["differs"]], "same": [one for one in told if not one["differs"]],
        "below": below, "allowed": allowed, "apart": NOUNS[pair.noun].apart(pair.one, pair.other),
        "title": next((group.title for group in active().playbook.duplicates.groups if group.group == verdict.group), "No longer alike"),
    }  # fmt: skip


def merge_line(row: Merge) -> dict[str, Any]:
    """One row of the log."""
    return {"row": row, "kept": row.kept, "lost": row.lost, "url": url_of(row.kept), "moved": merged_parts.count(row.moved)}


def last_look() -> AuditEntry | None:
    """When everything was last looked through."""
    return AuditEntry.objects.filter(verb="duplicates.look").order_by("-at").only("at").first()


def may_show(noun: str, name: str, hidden: Collection[str]) -> bool:
    """Whether a column may be shown to somebody from whom `hidden` is kept."""
    return field_of(noun, name) not in hidden


def url_of(row: Any) -> str:
    """The page of a record."""
    return URL[row._meta.model_name].format(row.pk)


def _verdict(pair: DuplicatePair, hidden: Collection[str]) -> duplicates.Pair:
    """What the rule says today, without lines that would tell a hidden field."""
    sides = [record(pair.noun, stored(row)) for row in (pair.one, pair.other)]
    named = {"account": str(pair.one.account or ""), "other": str(pair.other.account or "")} if pair.noun != "account" else {}
    found = duplicates.compare(active().playbook, pair.noun, *sides)
    kept = {duplicates.WORDS[name] for name in duplicates.WORDS if field_of(pair.noun, name) in hidden}
    lines = [{**said, "why": _named(said, named)} for said in found.lines if said["what"] not in kept]
    return duplicates.Pair(found.points, found.group, lines)


def _named(said: dict[str, Any], named: dict[str, Any]) -> str:
    """An account is called by its name, not by its key."""
    if said["what"] != duplicates.WORDS["account"] or not named:
        return said["why"]
    here, there = named["account"] or "unknown", named["other"] or "unknown"
    return f"“{here}” in both" if here == there else f"“{here}” and “{there}”"


def _field(pair: DuplicatePair, name: str) -> dict[str, Any]:
    nothing = NOUNS[pair.noun].nothing
    here, there = getattr(pair.one, name), getattr(pair.other, name)
    known = {"here": "" if here in nothing else _word(name, here), "there": "" if there in nothing else _word(name, there)}
    return {"name": name, "label": LABELS.get(name, name.replace("_", " ").capitalize()), **known,
            "differs": known["here"] != known["there"], "choose": bool(known["here"] and known["there"])}  # fmt: skip


def _word(name: str, value: Any) -> str:
    if name.endswith("_cents"):
        return f"${value / 100:,.0f}"
    return f"{value:.0%}" if name == "total_margin" else str(value)


def _below(row: Any) -> list[str]:
    """How much hangs below a record: "3 contacts", "12 activities". One query a kind."""
    found = []
    for model, name in merged_parts.below(type(row)):
        noun = WHAT.get(model._meta.model_name)
        if noun and name in (row._meta.model_name, "parent") and (n := model._default_manager.filter(**{name: row}).count()):
            found.append(f"{n:,} {noun if n == 1 else MANY.get(noun, noun + 's')}")
    return found


def _brief(noun: str, row: Any, hidden: Collection[str]) -> str:
    said = [str(getattr(row, name) or "") for name in BRIEF[noun] if may_show(noun, name, hidden)]
    return " · ".join(word for word in said if word)
