"""What opportunities can be listed, filtered, sorted and summed by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Floor, Greatest

from rounds.kit.clock import now
from rounds.models.deals.ages import older_q, process_days_q, stage_days_q
from rounds.models.deals.competitors import Competitor, OpportunityCompetitor
from rounds.models.deals.hygiene import OF_DEALS
from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.stages import WAITING, StageSignal
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.models.leads.hygiene import checks, undone_q
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import YES_NO, people, territories
from rounds.models.search import ids_of_words
from rounds.rules.pipeline.planner import AGES
from rounds.rules.pipeline.probability import Chance
from rounds.rules.pricing.cents import BASE as WHOLE

assert OF_DEALS  # what is left undone on deals is known with its list
STATES = [("open", "Open"), ("won", "Won"), ("lost", "Lost")]
CLOSES = [("past", "Past its day"), ("month", "In 30 days"), ("quarter", "In 90 days"), ("later", "Later"), ("never", "No day")]


def stages() -> list[tuple[str, str]]:
    return [(entry.stage, entry.title) for entry in active().playbook.stages.stages]


def processes() -> list[tuple[str, str]]:
    return [(entry.stage, entry.title) for entry in active().playbook.process.stages]


def categories() -> list[tuple[str, str]]:
    return list(active().playbook.closing.forecast.titles.items())


def kinds() -> list[tuple[str, str]]:
    return list(active().playbook.closing.kind_titles.items())


def reasons() -> list[tuple[str, str]]:
    return [(entry.reason, entry.title) for entry in active().playbook.closing.lost.reasons]


def rivals() -> list[tuple[str, str]]:
    return [(str(key), name) for key, name in Competitor.objects.order_by("name").values_list("id", "name")]


def _any(op: str, found: Q) -> Q:
    return ~found if op == "not" else found


def state_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Deals that are open, won, lost."""
    book, found = active().playbook.stages, Q(pk__in=())
    for value in values:
        found |= Q(closed_at=None) if value == "open" else Q(stage=book.ending(value)) if value in ("won", "lost") else Q(pk__in=())
    return _any(op, found)


def closes_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Open deals by the day they are to close."""
    day = house_today()
    month, quarter = day + timedelta(days=30), day + timedelta(days=90)
    known = {"past": Q(close_on__lt=day), "month": Q(close_on__gte=day, close_on__lte=month), "later": Q(close_on__gt=quarter),
             "quarter": Q(close_on__gte=day, close_on__lte=quarter), "never": Q(close_on=None)}  # fmt: skip
    found = Q(pk__in=())
    for value in values:
        found |= known.get(value, Q(pk__in=()))
    return Q(closed_at=None) & _any(op, found)


def age_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Open deals that are on track, slow or stalled in their process stage (PIPE-19)."""
    book, at, found = active().playbook, now(), Q(pk__in=())
    rule = book.stages.ageing
    for stage in book.stages.open:
        slow, stalled = (older_q(book, stage, factor, at) for factor in (rule.slow_above, rule.stalled_above))
        here = {"stalled": stalled, "slow": slow & ~stalled, "on_track": ~slow}
        for value in values:
            found |= Q(stage=stage) & here.get(value, Q(pk__in=()))
    return Q(closed_at=None) & _any(op, found)


def words_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Deals whose account, contact or lead has these words, or that begin with them."""
    about = {noun: ids_of_words(values[0], noun, most=2000) for noun in ("account", "contact", "lead")}
    return (Q(account_id__in=about["account"]) | Q(contact_id__in=about["contact"]) | Q(lead_id__in=about["lead"])
            | Q(name__istartswith=values[0]))  # fmt: skip


def rival_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Deals in which one of these competitors is met."""
    there = OpportunityCompetitor.objects.filter(opportunity=OuterRef("pk"))
    if op in ("known", "unknown"):
        return Q(Exists(there)) if op == "known" else ~Q(Exists(there))
    return _any(op, Q(Exists(there.filter(competitor_id__in=[value for value in values if len(value) == 36]))))


def waits_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Deals for which something waits for somebody's word."""
    there = Q(Exists(StageSignal.objects.filter(WAITING, opportunity=OuterRef("pk"))))
    return there if values[0] == "yes" else ~there


def no_step_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Open deals without a next step."""
    none = Q(next_step="", closed_at=None)
    return none if values[0] == "yes" else ~none


def summed(rows: QuerySet[Opportunity], found: Mapping[str, Chance]) -> QuerySet[Opportunity]:
    """`rows` with `counted_cents`, what each adds to a sum in which the deals below it stand as well (PIPE-29), and
    `weighted_cents`, the same times the chance of its stage (`found`), half-up: what rules.pipeline says of one deal."""
    lost = active().playbook.stages.ending("lost")
    below = Opportunity.objects.filter(parent=OuterRef("pk")).exclude(stage=lost).order_by().values("parent")
    children = Coalesce(Subquery(below.annotate(sum=Sum("amount_company_cents")).values("sum")), 0, output_field=BigIntegerField())
    counted = Case(When(amount_company_cents__isnull=False, then=Greatest(F("amount_company_cents") - children, Value(0))),
                   output_field=BigIntegerField())  # fmt: skip
    bp = Case(*(When(stage=code, then=Value(one.bp)) for code, one in found.items()), default=Value(0), output_field=BigIntegerField())
    # Half-up, as the rule does: nothing is below nought.
    weighted = Cast(Floor((F("counted_cents") * bp * 2 + WHOLE) / (2 * WHOLE), output_field=BigIntegerField()), BigIntegerField())
    return rows.annotate(counted_cents=counted).annotate(weighted_cents=weighted)


OPPORTUNITIES: Listing = listing(
    "opportunity", Opportunity,
    (
        Field("name", "Deal", "text", sortable=True),
        Field("words", "Words", "words", custom=words_q),
        Field("state", "State", "choice", choices=lambda: STATES, custom=state_q),
        Field("stage", "Stage", "choice", choices=stages, sortable=True, ranked=True),
        Field("process", "Process stage", "choice", choices=processes, sortable=True, ranked=True),
        Field("age", "Age", "choice", choices=lambda: list(AGES.items()), custom=age_q),
        Field("since", "In stage since", "when", "stage_since", sortable=True),
        Field("days", "Days in stage", "int", "stage_since", sortable=True, since=True, custom=stage_days_q),
        Field("process_days", "Days in process stage", "int", "process_since", sortable=True, since=True, custom=process_days_q),
        Field("amount", "Amount", "money", "amount_company_cents", sortable=True),
        Field("currency", "Currency", "text"),
        Field("close", "Closes", "date", "close_on", sortable=True),
        Field("closes", "Closes within", "choice", choices=lambda: CLOSES, custom=closes_q),
        Field("forecast", "Forecast", "choice", "forecast_category", choices=categories, sortable=True),
        Field("step", "Next step due", "date", "next_step_due", sortable=True),
        Field("no_step", "No next step", "bool", choices=YES_NO, custom=no_step_q),
        Field("waits", "Waits for a word", "bool", choices=YES_NO, custom=waits_q),
        Field("competitor", "Competitor", "choice", choices=rivals, custom=rival_q),
        Field("reason", "Lost because", "choice", "lost_reason", choices=reasons),
        Field("kind", "Kind", "choice", choices=kinds),
        Field("phi", "Patient data", "bool", "phi_involved", choices=YES_NO),
        Field("source", "Source", "text"),
        Field("opened", "Opened", "when", "opened_at", sortable=True),
        Field("closed", "Closed", "when", "closed_at", sortable=True),
        Field("undone", "Left undone", "choice", choices=checks("opportunity"), custom=undone_q("opportunity")),
        Field("owner", "Owner", "person", choices=people),
        Field("territory", "Territory", "choice", choices=territories, sortable=True),
        Field("counted", "Amount", "money", "counted_cents", filterable=False),
        Field("weighted", "Weighted", "money", "weighted_cents", filterable=False),
    ),
    opens_with=("-opened",), fetch=("owner", "account", "lead"),
    defaults=("stage", "age", "amount", "close", "forecast", "step", "owner"), sums=("counted", "weighted"),
)  # fmt: skip
