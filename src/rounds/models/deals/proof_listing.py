"""What demos and proofs of concept can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from rounds.kit.clock import now
from rounds.models.deals.demos import Demo
from rounds.models.deals.poc_data import PocDataClock
from rounds.models.deals.poc_work import PocIssue
from rounds.models.deals.pocs import Poc
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.market.listing import YES_NO, people, territories
from rounds.models.search import ids_of_words

DEMO_STATES = [("planned", "Planned"), ("held", "Held"), ("no_show", "Nobody came"), ("cancelled", "Called off")]
DUE = [("coming", "To come"), ("record", "To be recorded"), ("over", "Over")]
POC_STATES = [("draft", "Draft"), ("agreed", "Agreed"), ("running", "Running"), ("readout", "Decision due"), ("ended", "Ended"), ("abandoned", "Given up")]
RESULTS = [("success", "Success"), ("partial", "Partial"), ("failed", "Failed"), ("win", "Ended by the win")]
NEEDS = [("over", "Runs over"), ("decision", "Decision overdue"), ("data", "Patient data overdue"), ("issue", "Open issue")]


def _kinds() -> list[tuple[str, str]]:
    return [(code, kind.title) for code, kind in active().playbook.demos.types.items()]


def _any(op: str, found: Sequence[Q]) -> Q:
    held = Q(pk__in=())
    for one in found:
        held |= one
    return ~held if op == "not" else held


def due_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Demos to come, those whose time is over and that nobody recorded, and those that were."""
    at, planned = now(), Q(state="planned")
    known = {"coming": planned & Q(starts_at__gte=at), "record": planned & Q(starts_at__lt=at), "over": ~planned}
    return _any(op, [known[value] for value in values if value in known])


def needs_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Proofs of concept that need somebody: what `alarm` of a row says, and open issues."""
    day, weeks = house_day(now()), active().playbook.poc_plan.weeks
    typical = day - timedelta(weeks=weeks.typical_most)
    known = {
        "over": Q(state="running") & (Q(ends_on__lt=day) | Q(kickoff_on__lte=typical)),
        "decision": Q(state="readout", decision="", decision_due_on__lt=day),
        "data": Q(Exists(PocDataClock.objects.filter(poc=OuterRef("pk"), done_on=None, due_on__lt=day))),
        "issue": Q(Exists(PocIssue.objects.filter(poc=OuterRef("pk"), closed_at=None))),
    }
    if op in ("known", "unknown"):
        held = _any("is", list(known.values()))
        return held if op == "known" else ~held
    return _any(op, [known[value] for value in values if value in known])


def result_q(op: str, values: Sequence[str], context: Any) -> Q:
    """Proofs of concept by what came of them; of those without a result, the ones the win of their deal ended."""
    by_win = Q(state="ended", result="", decision="convert")
    if op in ("known", "unknown"):
        return ~Q(result="") | by_win if op == "known" else Q(result="") & ~by_win
    return _any(op, [by_win if value == "win" else Q(result=value) for value in values if value])


def words_q(*columns: str) -> Callable[[str, Sequence[str], Any], Q]:
    """Rows whose account has the words that are asked for, or of which one of `columns` begins with them."""

    def asked(op: str, values: Sequence[str], context: Any) -> Q:
        found = Q(opportunity__account__in=ids_of_words(values[0], "account", most=2000))
        for column in columns:
            found |= Q(**{f"{column}__istartswith": values[0]})
        return found

    return asked


OF_DEAL = (
    Field("deal", "Deal", "text", "opportunity__name", sortable=True),
    Field("account", "Account", "text", "opportunity__account__name", sortable=True),
    Field("owner", "Owner", "person", "opportunity__owner", choices=people),
    Field("territory", "Territory", "choice", "opportunity__territory", choices=territories, sortable=True),
)
"""What is asked of the deal a row stands below."""

DEMOS: Listing = listing(
    "demo", Demo,
    (
        Field("kind", "Type", "choice", choices=_kinds, sortable=True),
        Field("words", "Words", "words", custom=words_q("opportunity__name")),
        Field("state", "State", "choice", choices=lambda: DEMO_STATES, sortable=True),
        Field("due", "When", "choice", choices=lambda: DUE, custom=due_q),
        Field("starts", "Starts", "when", "starts_at", sortable=True),
        Field("presenter", "Presented by", "person", choices=people),
        Field("standard", "Standard programme", "bool", choices=YES_NO),
        Field("moved", "Times moved", "int", sortable=True),
        *OF_DEAL,
    ),
    opens_with=("-starts",), fetch=("opportunity__account", "opportunity__owner", "presenter"),
    defaults=("account", "state", "presenter", "starts", "step"),
)  # fmt: skip
POCS: Listing = listing(
    "poc", Poc,
    (
        Field("name", "Name", "text", sortable=True),
        Field("words", "Words", "words", custom=words_q("name", "opportunity__name")),
        Field("state", "State", "choice", choices=lambda: POC_STATES, sortable=True),
        Field("result", "Result", "choice", choices=lambda: RESULTS, custom=result_q),
        Field("needs", "Needs somebody", "choice", choices=lambda: NEEDS, custom=needs_q),
        Field("kickoff", "Kickoff", "date", "kickoff_on", sortable=True),
        Field("ends", "Ends", "date", "ends_on", sortable=True),
        Field("decision", "Decision due", "date", "decision_due_on", sortable=True),
        Field("weeks", "Weeks", "int", sortable=True),
        Field("lead", "Led by", "person", choices=people),
        Field("opened", "Opened", "when", "at", sortable=True),
        *OF_DEAL,
    ),
    opens_with=("-opened",), fetch=("opportunity__account", "opportunity__owner", "lead"),
    defaults=("account", "state", "criteria", "readings", "data", "ends"),
)  # fmt: skip
