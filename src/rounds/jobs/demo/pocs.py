"""What demos and proofs of concept tell of the demo's deals, stage by stage."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from django.db import transaction

from rounds.actions.deals import pocs
from rounds.jobs.demo import proofs
from rounds.jobs.demo.cast import Cast
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Opportunity, Poc, PocReading, User

WEEKS = {"least": 4, "most": 12}
HOW = ("mixed", "good", "mixed")


def reached(deal: Opportunity, stage: str, *, cast: Cast, at: datetime) -> None:
    """A demo before stage 3, an agreement before 4, a kickoff before 5, a result signed off before 6."""
    people, by, at = proofs.people_of(deal), deal.owner or cast.owner, proofs.noon(at)
    if len(people) < 2:
        return
    random = Random(f"{deal.external_id} {stage}")  # noqa: S311 - the same every time
    with suppress(Refusal), transaction.atomic():  # what this deal's days do not allow is left out, as deals.py does
        _reach(deal, stage, people, by, cast, at, random)


def _reach(deal: Opportunity, stage: str, people: list[Contact], by: User, cast: Cast, at: datetime, random: Random) -> None:
    poc = Poc.objects.filter(opportunity=deal).select_related("opportunity__account", "lead").order_by("-at").first()
    if stage == "O3":
        proofs.held_demo(deal, people, random.choice(("executive", "technical", "clinical")), at, by=by, random=random)
    elif stage == "O4":
        proofs.agreed_poc(deal, people, at, by=by, weeks=random.choice((6, 8, 10)))
    elif stage == "O5" and poc is not None and poc.state == "agreed":
        proofs.cover(deal, cast, at - timedelta(days=2))
        pocs.kick_off(poc, by=by.actor, at=at)
    elif stage == "O6" and poc is not None and poc.state == "running":
        _succeed(poc, at, by, random)


def _succeed(poc: Poc, at: datetime, by: User, random: Random) -> None:
    start = datetime.combine(poc.kickoff_on, at.timetz())
    weeks = max(min((at - start).days // 7 - 1, WEEKS["most"]), 2)
    poc = proofs.progress(poc, start, weeks, "good", by=by, random=random)
    proofs.ended(poc, poc.executive, max(start + timedelta(weeks=weeks, days=1), at - timedelta(days=5)), by=by)


def catch_up(*, at: datetime) -> int:
    """Those that were kicked off in the walk and run still have been read since, up to today; how many."""
    at = proofs.noon(at) - timedelta(days=1)
    rows = Poc.objects.filter(state="running").exclude(pk__in=PocReading.objects.values("poc")).select_related("opportunity__account", "opportunity__owner", "lead")
    found = [poc for poc in rows if poc.lead is not None and poc.opportunity.source == "Demo"]
    for number, poc in enumerate(found):
        start = datetime.combine(poc.kickoff_on, at.timetz())
        weeks = max(min((at - start).days // 7, WEEKS["most"]), 1)
        with suppress(Refusal), transaction.atomic():
            proofs.progress(poc, start, weeks, HOW[number % len(HOW)], by=poc.lead, random=Random(str(number)))  # noqa: S311
    return len(found)
