"""What demos and proofs of concept tell of the demo's deals, stage by stage."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rounds.actions.deals import pocs
from rounds.jobs.demo import proofs
from rounds.jobs.demo.cast import Cast
from rounds.models import Opportunity, Poc, PocReading

WEEKS = {"least": 4, "most": 12}
HOW = ("mixed", "good", "mixed")


def reached(deal: Opportunity, stage: str, *, cast: Cast, at: datetime) -> None:
    """A demo before stage 3, an agreement before 4, a kickoff before 5, a result signed off before 6."""
    people, by = proofs.people_of(deal), deal.owner or cast.owner
    if len(people) < 2:
        return
    random = Random(f"{deal.external_id} {stage}")  # noqa: S311 - the same every time
    poc = Poc.objects.filter(opportunity=deal).select_related("opportunity__account", "lead").order_by("-at").first()
    if stage == "O3":
        proofs.held_demo(deal, people, random.choice(("executive", "technical", "clinical")), at, by=by, random=random)
    elif stage == "O4":
        proofs.agreed_poc(deal, people, at, by=by, weeks=random.choice((6, 8, 10)))
    elif stage == "O5" and poc is not None and poc.state == "agreed":
        proofs.cover(deal, cast, at - timedelta(days=2))
        pocs.kick_off(poc, at.date(), by=by.actor, at=at)
    elif stage == "O6" and poc is not None and poc.state == "running":
        _succeed(poc, at, by, random)


def _succeed(poc: Poc, at: datetime, by, random: Random) -> None:
    start = datetime.combine(poc.kickoff_on, at.timetz())
    weeks = max(min((at - start).days // 7, WEEKS["most"]), 2)
    poc = proofs.progress(poc, start, weeks, "good", by=by, random=random)
    proofs.ended(poc, poc.executive, max(start + timedelta(weeks=weeks, days=1), at - timedelta(days=5)), by=by)


def catch_up(*, at: datetime) -> int:
    """Those that were kicked off in the walk and run still have been read since, up to today; how many."""
    rows = Poc.objects.filter(state="running").exclude(pk__in=PocReading.objects.values("poc")).select_related("opportunity__account", "opportunity__owner", "lead")
    found = [poc for poc in rows if poc.lead is not None and poc.opportunity.source == "Demo"]
    for number, poc in enumerate(found):
        start = datetime.combine(poc.kickoff_on, at.timetz())
        weeks = min((at - start).days // 7, WEEKS["most"])
        if weeks > 1:
            proofs.progress(poc, start, weeks, HOW[number % len(HOW)], by=poc.lead, random=Random(str(number)))  # noqa: S311
    return len(found)
