"""What every row has: a time-ordered key, a retention class, and, where it is seen, the columns of sight."""

from __future__ import annotations

from typing import ClassVar, Literal

from django.db import models

from rounds.kit.ids import new_id

Retention = Literal["business", "contact", "evidence", "security", "working"]
"""business: kept while the company wishes · contact: a person's data, erased on request · evidence: six years,
append-only · security: log-ins and tokens · working: may go when the work is done."""


class Row(models.Model):
    """A row with a UUIDv7 key. Every concrete model names its retention class."""

    retention: ClassVar[Retention]
    append_only: ClassVar[bool] = False
    """True: the run-time roles may INSERT and SELECT, never UPDATE or DELETE."""
    sight: ClassVar[str] = "open"
    """How row security narrows it: 'own' (its own columns), 'account', 'lead', 'opportunity', 'customer', 'subject' (account or lead), 'paper' (deal, else account), 'contract', 'about' (deal, else lead, else account),
    'viewer' (its `user`, and nobody else), 'pair' (two rows of a noun, both seen), 'open' (no personal sight: reference data), 'closed' (no policy for the doors)."""

    personal: ClassVar[bool] = False
    """True: its owner writes it even where her role changes no record."""

    noun: ClassVar[str] = ""
    """The object of access/roles.yaml whose readers see it: of a seen noun its own name, of what stands below an
    account or a lead only where it is about something else as well."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Seen(Row):
    """A noun people are allowed, or not allowed, to see: sight, row security and analytics use these columns.

    `territory` is a code of the playbook's territory table ('' = not placed). The buying unit is declared by
    each noun, because an account points at itself.
    """

    sight: ClassVar[str] = "own"

    owner = models.ForeignKey(
        "rounds.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        "rounds.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    territory = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


class Mergeable(models.Model):
    """A noun of which two rows may turn out to be one. A row that was taken into another points at it, is listed and
    found nowhere any more, and keeps its own history; `access.scope.line_of` reads both."""

    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged", db_index=False
    )

    class Meta:
        abstract = True


class Signed(models.Model):
    """Who and when: the actor of a row, written by the action that made it."""

    by_kind = models.TextField(default="system")
    by_id = models.UUIDField(null=True, blank=True)
    by_name = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Scored(models.Model):
    """The verdict of the driving score, kept on the row so that lists can filter and sort by it.

    Rates are 0–1. `score_total` counts unknown as the playbook says (0 by default); `score_low` and
    `score_high` are the total with every unknown at its lowest and best level (PLUS-01, PLUS-02).
    """

    fit_grade = models.TextField(blank=True, default="")
    fit_rate = models.FloatField(null=True, blank=True)
    fit_known = models.SmallIntegerField(null=True, blank=True)
    completeness = models.FloatField(null=True, blank=True)
    score_total = models.IntegerField(null=True, blank=True)
    score_low = models.IntegerField(null=True, blank=True)
    score_high = models.IntegerField(null=True, blank=True)
    intent = models.IntegerField(null=True, blank=True)
    band = models.TextField(blank=True, default="")
    band_provisional = models.BooleanField(default=True)
    heat = models.IntegerField(default=0)
    scored_at = models.DateTimeField(null=True, blank=True)
    playbook_hash = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


def signature(by, at) -> dict:
    """The four `Signed` columns for an Actor `by` at the moment `at`."""
    return {"by_kind": by.kind, "by_id": by.id, "by_name": by.name, "at": at}
