"""What is left undone, as filters of lists: each check of the playbook's hygiene is a condition on rows (PLUS-24)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from rounds.kit.clock import now
from rounds.models.base import Seen
from rounds.models.desk.tasks import Task
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.models.leads.qualification import QualificationAnswer
from rounds.models.market.contacts import Contact
from rounds.playbook.shapes.tended import HygieneCheck

Condition = Callable[[HygieneCheck, datetime], Q]
OPEN_LEAD = ~Q(status__in=CLOSED)
OPEN_TASK = Q(done_at=None, dropped_at=None)
OWNED_UNIT = Q(status="open", is_unit=True, owner__isnull=False)


class HygieneCount(Seen):
    """How many rows of an owner a check found on a day: what trends are drawn from. Counted nightly."""

    retention = "working"
    noun = "lead"

    buying_unit = models.ForeignKey(
        "rounds.Account", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    day = models.DateField()
    check_code = models.TextField()
    rows = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "owner", "check_code"], name="hygiene_once_a_day", nulls_distinct=False)]


def _no_next_step(check: HygieneCheck, at: datetime) -> Q:
    tasks = Task.objects.filter(OPEN_TASK, lead=OuterRef("pk"))
    return OPEN_LEAD & Q(owner__isnull=False, captured_at__lte=at - timedelta(days=check.days)) & ~Exists(tasks)


def _untouched_hot(check: HygieneCheck, at: datetime) -> Q:
    since = at - timedelta(days=check.days)
    return OPEN_LEAD & Q(band__in=check.bands, captured_at__lte=since) & (Q(last_touch_at=None) | Q(last_touch_at__lte=since))


def _stale_answers(check: HygieneCheck, at: datetime) -> Q:
    edge = at - timedelta(days=active().playbook.qualification.stale_days.value + 1)
    newer = QualificationAnswer.objects.filter(lead=OuterRef("lead"), item=OuterRef("item"), at__gt=OuterRef("at"))
    old = QualificationAnswer.objects.filter(lead=OuterRef("pk"), at__lte=edge, answer__in=("yes", "no")).exclude(Exists(newer))
    return OPEN_LEAD & Exists(old)


def _nobody_owns(check: HygieneCheck, at: datetime) -> Q:
    return OPEN_LEAD & Q(owner=None, captured_at__lte=at - timedelta(days=check.days)) & ~Q(driving_band="unqualified")


def _lead_no_state(check: HygieneCheck, at: datetime) -> Q:
    return OPEN_LEAD & Q(state="", territory="")


def _no_account(check: HygieneCheck, at: datetime) -> Q:
    return OPEN_LEAD & Q(account=None, captured_at__lte=at - timedelta(days=check.days)) & ~Q(organization="")


def _no_economic_buyer(check: HygieneCheck, at: datetime) -> Q:
    return OWNED_UNIT & ~Exists(Contact.objects.filter(buying_unit=OuterRef("pk"), role__in=check.roles, left_on=None))


def _quiet_account(check: HygieneCheck, at: datetime) -> Q:
    since = at - timedelta(days=check.days)
    tasks = Task.objects.filter(OPEN_TASK, account=OuterRef("pk"))
    return OWNED_UNIT & Q(created_at__lte=since) & (Q(last_touch_at=None) | Q(last_touch_at__lte=since)) & ~Exists(tasks)


def _account_no_state(check: HygieneCheck, at: datetime) -> Q:
    return Q(status="open", is_unit=True, state="")


def _orphan(check: HygieneCheck, at: datetime) -> Q:
    return Q(left_on=None) & ~Q(account__status="open")


def _no_role(check: HygieneCheck, at: datetime) -> Q:
    return Q(left_on=None, role="") & ~Q(title="")


CONDITIONS: dict[tuple[str, str], Condition] = {
    ("lead", "no_next_step"): _no_next_step, ("lead", "untouched_hot"): _untouched_hot, ("lead", "stale_answers"): _stale_answers,
    ("lead", "nobody_owns"): _nobody_owns, ("lead", "no_state"): _lead_no_state, ("lead", "no_account"): _no_account,
    ("account", "no_economic_buyer"): _no_economic_buyer, ("account", "quiet_account"): _quiet_account,
    ("account", "no_state"): _account_no_state, ("contact", "orphan"): _orphan, ("contact", "no_role"): _no_role,
}  # fmt: skip
"""(noun, check) → what is left undone. The figures are the playbook's."""


def undone(check: HygieneCheck, at: datetime) -> Q:
    """The rows a check finds."""
    return CONDITIONS[check.noun, check.check](check, at)


def undone_q(noun: str) -> Callable[[str, Sequence[str], Any], Q]:
    """A list filter over the checks of `noun`."""

    def found(op: str, values: Sequence[str], context: Any) -> Q:
        held = Q(pk__in=[])
        for check in active().playbook.hygiene.of(noun):
            if check.check in values:
                held |= undone(check, now())
        return ~held if op == "not" else held

    return found


def checks(noun: str) -> Callable[[], list[tuple[str, str]]]:
    """The checks of `noun` as choices."""
    return lambda: [(one.check, one.title) for one in active().playbook.hygiene.of(noun)]


