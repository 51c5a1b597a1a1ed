"""What happens beside the deals: leads that come to nothing, people who come and go, quotas, customers afterwards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import numpy as np

from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation.arriving import openings, picked
from rounds.rules.simulation.company import Company
from rounds.rules.simulation.drawn import HOUR, MONTH, WON, Column, Window
from rounds.rules.simulation.selling import chosen, there
from rounds.rules.simulation.stories import Step

QUARTER = 3
"""Months."""
AFTER = 1000
"""Beyond the steps of any deal: what a customer does is told after what its deal did on the same moment."""
OTHERS = 1
"""Beside the seed: what is drawn here is drawn apart from the deals."""


def other_leads(said: Simulation, company: Company, seed: int) -> Iterator[Step]:
    """Leads of the window that never became a deal: touched, then let go or kept for later; the youngest still wait."""
    rng = np.random.default_rng([seed, OTHERS])
    count = round((said.leads.per_deal.value - 1) * int((company.deals.opened >= 0).sum()))
    drawn = openings(said, rng, company.window, count * 3)
    days = drawn[drawn >= 0][:: max(1, int((drawn >= 0).sum() / max(count, 1)))][:count]
    segment = picked(rng, {one.segment: one.share for one in said.segments.listed}, len(days))
    seller = chosen(company.sellers, rng, segment, days)
    source = picked(rng, said.leads.sources.shares, len(days))
    for number, day in enumerate(days):
        random = Random(f"{seed} lead {number}")  # noqa: S311
        who = {"seller": int(seller[number])}
        yield Step(float(day), number, 0, "lost_lead", {**who, "source": list(said.leads.sources.shares)[source[number]],
                                                        "segment": said.segments.listed[segment[number]].segment})  # fmt: skip
        touch = said.leads.first_touch_hours
        touched = float(day) + touch.median * math.exp(random.gauss(0, touch.spread)) * HOUR
        ended = touched + random.uniform(said.lost_leads.ends_after.low, said.lost_leads.ends_after.high)
        if touched < company.window.days:
            yield Step(touched, number, 1, "lost_lead_touch", who)
        if ended < company.window.days:
            status = "Disqualified" if random.random() < said.lost_leads.disqualified else "Recycled"
            yield Step(ended, number, 2, "lost_lead_end", {**who, "status": status})


def comings(company: Company) -> Iterator[Step]:
    """Who is hired within the window, and who leaves: the people who were there before come on the first day of all."""
    first = float(company.deals.lead_at.min()) - 1 if len(company.deals) else 0.0
    for seller in range(len(company.sellers)):
        hired, left = float(company.sellers.hired[seller]), float(company.sellers.left[seller])
        yield Step(max(min(hired, company.window.days - 1), first) if hired > 0 else first, seller, -1, "hire", {"seller": seller})
        if not math.isnan(left):
            yield Step(math.floor(left) + 1 - HOUR, seller, 2, "leave", {"seller": seller})


def quarters(window: Window) -> list[tuple[date, date]]:
    """The calendar quarters that touch the window, the running one among them: first and last day."""
    found, month = [], date(window.start.year, (window.start.month - 1) // QUARTER * QUARTER + 1, 1)
    while month <= window.end:
        after = date(month.year + (month.month > 12 - QUARTER), (month.month + QUARTER - 1) % 12 + 1, 1)
        found.append((month, after - timedelta(days=1)))
        month = after
    return found


def quota_cents(said: Simulation, company: Company) -> Column:
    """What each seller is to win in a quarter: what one of the segment brings on average, and some more."""
    deals, rule = company.deals, said.sellers.quota
    found = np.zeros(len(company.sellers), "int64")
    many = max(company.window.days / MONTH / QUARTER, 1)
    for segment in range(len(said.segments.listed)):
        won = (deals.outcome == WON) & (deals.segment == segment) & (deals.closed >= 0)
        of = np.flatnonzero(company.sellers.segment == segment)
        here = sum(float(there(company.sellers, of, np.full(len(of), day)).sum()) for day in np.linspace(0, company.window.days - 1, 12)) / 12
        each = deals.true_cents[won].sum() / 100 / many / max(here, 1)
        found[of] = max(round(each * rule.of_expected / rule.round_usd), 1) * rule.round_usd * 100
    return found


def quotas(said: Simulation, company: Company) -> Iterator[Step]:
    """A quota for each quarter and each who sells then, said as the quarter begins."""
    cents = quota_cents(said, company)
    for starts_on, ends_on in quarters(company.window):
        day = max((starts_on - company.window.start).days, 0) + HOUR
        for seller in np.flatnonzero(there(company.sellers, np.arange(len(company.sellers)), np.full(len(company.sellers), day))):
            yield Step(day, int(seller), -1, "quota", {"seller": int(seller), "starts_on": starts_on, "ends_on": ends_on, "cents": int(cents[seller])})


def afterwards(said: Simulation, company: Company, seed: int) -> Iterator[Step]:
    """What becomes of those who bought: the project goes on, readings, surveys, some leave."""
    rule, deals = said.customers, company.deals
    for number in np.flatnonzero((deals.outcome == WON) & (deals.closed >= 0)):
        random = Random(f"{seed} customer {number}")  # noqa: S311
        since = float(deals.closed[number])
        ceiling = min(max(random.gauss(rule.adoption.ceiling.mean, rule.adoption.ceiling.spread), rule.adoption.least), rule.adoption.most)
        licences = random.randint(rule.adoption.licences.low, rule.adoption.licences.high)
        leaves = _leaves(said, random, ceiling, since)
        yield from _looks(said, company, random, int(number), since, ceiling, licences, leaves)
        if leaves < company.window.days:
            reason = random.choices(list(rule.churn.reasons), list(rule.churn.reasons.values()))[0]
            yield Step(leaves, int(number), AFTER + 3, "churn", {"reason": reason})


def _leaves(said: Simulation, random: Random, ceiling: float, since: float) -> float:
    """The day a customer leaves; not within the first months."""
    rule = said.customers.churn
    yearly = rule.yearly * (rule.times if ceiling < rule.if_adoption_below else 1.0)
    return since + rule.not_before_days + random.expovariate(-math.log(1 - min(yearly, rule.most_yearly)) / 365.25)


def _looks(said: Simulation, company: Company, random: Random, number: int, since: float, ceiling: float, licences: int,
           leaves: float) -> Iterator[Step]:  # fmt: skip
    rule = said.customers
    until, months = min(leaves, company.window.days), rule.adoption.months * MONTH
    for day in np.arange(since + rule.looks.project_first, until, rule.looks.project_every):
        yield Step(float(day), number, AFTER, "project")
    for day in np.arange(since + rule.looks.reading_first, until, rule.looks.reading_every):
        used = rule.adoption.start + (ceiling - rule.adoption.start) * min((day - since) / months, 1) + random.gauss(0, rule.adoption.blur)
        down = rule.uptime.minutes_down.median * math.exp(random.gauss(0, rule.uptime.minutes_down.spread))
        yield Step(float(day), number, AFTER + 1, "reading", {"used": round(licences * min(max(used, 0), 1)), "licences": licences, "down": round(down)})
    for day in np.arange(since + rule.surveys.first_days, until - said.habits.next_step_within, rule.surveys.every_days):
        mean = rule.surveys.mean + rule.surveys.by_adoption * (ceiling - rule.surveys.middle)
        scores = [min(max(round(random.gauss(mean, rule.surveys.spread)), 0), rule.surveys.most) for _ in range(rule.surveys.people)]
        yield Step(float(day), number, AFTER + 2, "survey", {"scores": scores, "answer_rate": rule.surveys.answer_rate})


def steps_of(said: Simulation, company: Company, seed: int) -> list[Step]:
    """Everything that happens in a company, in order."""
    from rounds.rules.simulation.stories import Story

    found = [*comings(company), *quotas(said, company), *other_leads(said, company, seed), *afterwards(said, company, seed)]
    for number in range(len(company.deals)):
        found += Story(said, company, seed, number).tell()
    return sorted(found, key=lambda step: (step.day, step.act not in ("hire", "quota"), step.of, step.order))
