"""Leads of half a year: who came, what they did since, how far they got. Told in order, by the actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from rounds.actions.leads import activities, leads
from rounds.jobs.demo import sheets
from rounds.jobs.demo.cast import Cast
from rounds.jobs.demo.committee import TITLES
from rounds.jobs.demo.names import Names, address_of, domain
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.models import Account, Lead
from rounds.models.flow.active import active

DAYS = 180
SOURCES = (("Web form", 26), ("Event", 14), ("Webinar", 14), ("Customer referral", 9), ("Partner introduction", 8),
           ("LinkedIn", 10), ("Email", 9), ("Phone", 5), ("Purchased list", 5))  # fmt: skip
ACTS = (("website_visit", 30), ("email_open", 12), ("email_click", 9), ("content_download", 14), ("call", 10),
        ("webinar_attendance", 7), ("newsletter_signup", 4), ("event_attendance", 4), ("resource_share", 3),
        ("demo_attendance", 4), ("stakeholder_meeting", 3), ("executive_meeting", 2))  # fmt: skip
OURS = ("call", "demo_attendance", "stakeholder_meeting", "executive_meeting")
PAST = (("New", 14), ("Qualified", 46), ("Disqualified", 20), ("Recycled", 14), ("Converted", 6))
FRESH = timedelta(days=4)
"""Younger leads may still wait for a first answer; older ones were nearly all worked."""
WEB = Actor("form", None, "Website form")


@dataclass
class Teller:
    """Tells leads from one seeded source; `accounts` are those they may come from."""

    cast: Cast
    random: Random
    accounts: list[Account]
    at: datetime

    def __post_init__(self) -> None:
        self.names = Names(self.random)
        self.criteria = {c.criterion: c for c in active().playbook.scoring["lead_fit"].criteria}
        self.timelines = active().playbook.picklists.implementation_timeline.values

    def pick(self, weighed: tuple[tuple[Any, int], ...]) -> Any:
        return self.random.choices([value for value, _ in weighed], [weight for _, weight in weighed])[0]

    def tell(self, number: int) -> Lead | None:
        """One lead with its activities, owner and status; None where it was told before."""
        key = f"demo-lead-{number:04}"
        random = self.random = Random(f"lead {number}")  # noqa: S311 - the same story every time, nothing secret
        self.names.random = random
        if Lead.objects.filter(external_id=key).exists():
            return None
        captured = self.at - timedelta(days=DAYS * random.random() ** 2.1, minutes=random.randint(3, 900))
        account = random.choice(self.accounts) if random.random() < 0.9 else None
        said = self.said(account) | {"external_id": key}
        by = WEB if said["source"] == "Web form" else SYSTEM_ACTOR
        lead = leads.capture(said, by=by, at=captured, account=account, quiet=self.at - captured > FRESH)
        rep = lead.owner
        last = self.act(lead, rep, captured, key)
        self.settle(lead, rep, last)
        return lead

    def said(self, account: Account | None) -> dict[str, Any]:
        random, name = self.random, self.names.person()
        if account:
            organization, host, state = account.name, account.domain or domain(account.name), account.state
        else:
            organization, state = f"{random.choice(('Ferngate', 'Osterfold', 'Pellbeck'))} Clinic {random.randint(2, 90)}", ""
            host = domain(organization)
        source = self.pick(SOURCES)
        facts: dict[str, Any] = {}
        if random.random() < 0.45:
            facts["implementation_timeline"] = random.choice(self.timelines)
        if random.random() < 0.25:
            facts["it_budget_usd"] = random.choice((350_000, 800_000, 1_500_000, 2_400_000, 6_000_000))
        raised = source == "Web form" and random.random() < 0.4
        return {
            "name": name, "title": random.choice(TITLES), "organization": organization, "state": state, "source": source,
            "email": address_of(name, host), "phone": f"(555) 01{random.randint(0, 9)}-{random.randint(0, 9999):04}",
            "hand_raise": raised, "message": "Please show us what you do." if raised else "",
            "facts": facts, "answers": self.answers(),
        }  # fmt: skip

    def answers(self) -> dict[str, str]:
        """What was answered when the lead came: mostly little; one in eight was talked to at length and is keen."""
        many = self.pick(((0, 36), (1, 26), (2, 16), (4, 9), (11, 13)))
        found = {}
        for code in self.random.sample(sorted(self.criteria), min(many, len(self.criteria))):
            levels = [level for level in self.criteria[code].levels if not (level.unknown or level.same_as)]
            if many > 4:  # the keen ones
                levels = sorted(levels, key=lambda level: -level.points)[:2]
            found[code] = self.random.choice(levels).level
        return found

    def act(self, lead: Lead, rep, captured: datetime, key: str) -> datetime:
        """What happened since, in order; one in eight was only written down some days later. The last moment."""
        random, last = self.random, captured + timedelta(minutes=10)
        span = (self.at - captured).total_seconds()
        if rep and (self.at - captured > FRESH or random.random() < 0.35):  # the first answer
            last = min(captured + timedelta(hours=self.pick(((1, 40), (6, 30), (26, 20), (70, 10)))), self.at)
            activities.log("call", lead=lead, at=last, by=rep.actor, external_id=f"{key}-first", quiet=True,
                           subject="First call", direction="out")  # fmt: skip
        moments = sorted(random.random() ** 1.3 for _ in range(self.pick(((0, 14), (1, 18), (2, 22), (3, 20), (5, 18), (8, 8)))))
        for position, share in enumerate(moments):
            happened = captured + timedelta(seconds=span * share)
            written = min(happened + timedelta(days=random.randint(1, 9)), self.at) if random.random() < 0.12 else happened
            last = max(last, written)
            kind = self.pick(ACTS)
            by = rep.actor if rep and kind in OURS else SYSTEM_ACTOR
            activities.log(
                kind, lead=lead, happened_at=happened, at=last, by=by, external_id=f"{key}-{position}", quiet=True,
                subject=kind.replace("_", " ").capitalize(), direction="out" if kind == "call" else "in",
                seniority="executive" if kind == "executive_meeting" else "",
            )  # fmt: skip
        return last

    def settle(self, lead: Lead, rep, last: datetime) -> None:
        at = min(last + timedelta(hours=5), self.at)
        status = self.pick(PAST) if self.at - lead.captured_at > FRESH else "New"
        by = rep.actor if rep else self.cast.manager.actor
        if not lead.account_id and status == "Converted":
            status = "Qualified"
        sheets.settle(lead, status, self.random, by=by, at=at)
