"""What is left undone on deals, as filters of their list (PLUS-24)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from rounds.models.deals.ages import older_q
from rounds.models.deals.committee import DealContact
from rounds.models.deals.stages import OpportunitySheetAnswer
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.models.leads.hygiene import CONDITIONS
from rounds.models.leads.qualification import QualificationAnswer
from rounds.playbook.shapes.tended import HygieneCheck

OPEN = Q(closed_at=None)


def _no_next_step(check: HygieneCheck, at: datetime) -> Q:
    return OPEN & Q(next_step="", opened_at__lte=at - timedelta(days=check.days))


def _late_next_step(check: HygieneCheck, at: datetime) -> Q:
    return OPEN & Q(next_step_due__lte=house_day(at) - timedelta(days=check.days))


def _past_close(check: HygieneCheck, at: datetime) -> Q:
    return OPEN & Q(close_on__lt=house_day(at))


def _no_close(check: HygieneCheck, at: datetime) -> Q:
    return OPEN & Q(close_on=None)


def _no_economic_buyer(check: HygieneCheck, at: datetime) -> Q:
    said = active().playbook.committee.economic_buyer
    roles = Q()
    for role in said.roles:
        roles |= Q(roles__contains=[role])
    buyers = DealContact.objects.filter(Q(level__in=said.levels) | roles, opportunity=OuterRef("pk"), ended_at=None)
    return OPEN & ~Exists(buyers)


def _few_people(check: HygieneCheck, at: datetime) -> Q:
    least = active().playbook.committee.warnings.few.at_least
    enough = (DealContact.objects.filter(ended_at=None).order_by().values("opportunity").annotate(n=Count("pk")).filter(n__gte=least).values("opportunity"))
    return OPEN & Q(opened_at__lte=at - timedelta(days=check.days)) & ~Q(pk__in=enough)


def _stale_answers(check: HygieneCheck, at: datetime) -> Q:
    edge = at - timedelta(days=active().playbook.qualification.stale_days.value + 1)
    of_lead = QualificationAnswer.objects.filter(lead=OuterRef("lead"), at__lte=edge, answer__in=("yes", "no")).exclude(
        Exists(QualificationAnswer.objects.filter(lead=OuterRef("lead"), item=OuterRef("item"), at__gt=OuterRef("at"))))
    own = OpportunitySheetAnswer.objects.filter(opportunity=OuterRef("pk"), at__lte=edge, answer__in=("yes", "no")).exclude(
        Exists(OpportunitySheetAnswer.objects.filter(opportunity=OuterRef("opportunity"), item=OuterRef("item"), at__gt=OuterRef("at"))))
    return OPEN & (Exists(of_lead) | Exists(own))


def _stalled(check: HygieneCheck, at: datetime) -> Q:
    book, found = active().playbook, Q(pk__in=())
    for code in book.stages.open:
        found |= older_q(book, code, book.stages.ageing.stalled_above, at)
    return OPEN & found


OF_DEALS = {
    "no_next_step": _no_next_step, "late_next_step": _late_next_step, "past_close": _past_close, "no_close": _no_close,
    "no_economic_buyer": _no_economic_buyer, "few_people": _few_people, "stale_answers": _stale_answers, "stalled": _stalled,
}  # fmt: skip
"""Check → what is left undone on a deal. The figures are the playbook's."""
CONDITIONS.update({("opportunity", name): condition for name, condition in OF_DEALS.items()})
