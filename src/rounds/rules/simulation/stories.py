"""What happens in one deal, day by day: each step is something a person of the vendor does in Rounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation.company import Company, reasons
from rounds.rules.simulation.drawn import HOUR, LOST, WEEK, WON


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """`act` of the deal `of` (for the acts of leads and sellers: their number) at `day`; `order` breaks ties as it was told."""

    day: float
    of: int
    order: int
    act: str = field(compare=False)
    said: dict[str, Any] = field(compare=False, default_factory=dict)


class Story:
    """One deal of a company, from its lead to where it stands."""

    def __init__(self, said: Simulation, company: Company, seed: int, number: int) -> None:
        self.said, self.company, self.number, self.habits = said, company, number, said.habits
        self.random = Random(f"{seed} deal {number}")  # noqa: S311 - the same story every time, nothing secret
        deals = company.deals
        self.row = {name: getattr(deals, name)[number] for name in deals.__dataclass_fields__}
        self.codes = [one.stage for one in said.stages.listed]
        self.entry = [float(day) for day in self.row["entry"]]
        self.closed = float(self.row["closed"])
        self.until = company.window.days if math.isnan(self.closed) else self.closed
        self.steps: list[Step] = []

    def tell(self) -> list[Step]:
        """All steps in order."""
        self._begin()
        self._people()
        self._stages()
        self._money()
        self._dates()
        self._acts()
        self._end()
        return sorted(self.steps)

    def add(self, day: float, act: str, **said: Any) -> None:
        """A step, where it lies within the window."""
        if not math.isnan(day) and day < self.company.window.days:
            self.steps.append(Step(day, self.number, len(self.steps), act, said))

    def times(self, said) -> float:
        return said.median * math.exp(self.random.gauss(0, said.spread))

    def _begin(self) -> None:
        opened, lead = self.entry[0], float(self.row["lead_at"])
        source = list(self.said.leads.sources.shares)[self.row["source"]]
        segment = self.said.segments.listed[self.row["segment"]].segment
        self.add(lead, "lead", source=source, segment=segment)
        self.add(min(lead + self.times(self.said.leads.first_touch_hours) * HOUR, opened - HOUR), "touch")
        self.add(opened, "open", phi=bool(self.row["phi"]))
        if self.row["rival"] >= 0:
            self.add(self._between(opened, opened + self.habits.rival_within), "rival", rival=self.rival)
        if self.row["heir"] >= 0:
            self.add(float(self.company.sellers.left[self.row["seller"]]), "hand_over", seller=int(self.row["heir"]))

    @property
    def rival(self) -> str:
        return list(self.said.rivals.listed.shares)[self.row["rival"]]

    def _between(self, low: float, high: float) -> float:
        return self.random.uniform(low + HOUR, max(min(high, self.until) - 2 * HOUR, low + 2 * HOUR))

    def _people(self) -> None:
        """Some people soon, the others as the deal goes on."""
        sizes = self.said.segments.listed[self.row["segment"]].stakeholders
        wanted = self.random.randint(sizes.low, sizes.high)
        first = min(self.habits.first_people, wanted)
        self.add(self.entry[0] + HOUR, "seat", people=first)
        entered = [day for day in self.entry[1 : self.codes.index("O6")] if not math.isnan(day)]
        for place, day in enumerate(entered):
            share = (wanted - first) // len(entered) + (place < (wanted - first) % len(entered))
            if share > 0:
                self.add(self._between(day, day + self.habits.people_within), "seat", people=share)

    def _stages(self) -> None:
        """Every stage it entered, and the step back some take."""
        way = [(place, day) for place, day in enumerate(self.entry) if not math.isnan(day)]
        for (was, since), (now, day) in pairwise(way):
            self._step(self.codes[was], self.codes[now], since, day, skips=now > was + 1)
        back = int(self.row["back_at"])
        if back > 0:
            since = self.entry[back]
            until = next((day for place, day in way if place > back), self.until)
            self.add(since + self.habits.back_at.low * (until - since), "back", stage=self.codes[back - 1])
            self.add(since + self.habits.back_at.high * (until - since), "move", stage=self.codes[back])

    def _step(self, was: str, now: str, since: float, day: float, *, skips: bool) -> None:
        if was == "O2":
            self.add(max(since, day - self.habits.demo_booked_before), "book_demo", starts=day)
        if now == "O5":
            self.add(self._between(day + self.habits.data_after.low, day + self.habits.data_after.high), "poc_data")
        self.add(max(since, day - 1), "tick", stage=now)
        weeks = self.random.randint(self.said.pocs.weeks.low, self.said.pocs.weeks.high)
        more = {"O4": {"weeks": weeks}, "O3": {"rating": self.random.choice(self.habits.ratings)}}.get(now, {})
        self.add(day, "skip" if skips else f"enter_{now}" if now in ("O3", "O4", "O5", "O6", "O7", "O8") else "move", stage=now, **more)

    def _money(self) -> None:
        rule, amounts = self.said.amounts, self.row["amounts"]
        days = [self.entry[self.codes.index(stage)] for stage in (rule.first.stage, *rule.changes.stages)]
        for place, (day, cents) in enumerate(zip(days, amounts, strict=True)):
            if cents and not math.isnan(day):
                self.add(self._between(day, day + self.habits.price_within), "price", cents=int(cents), basis=("estimate", "hand", "quote")[place])

    def _dates(self) -> None:
        """The close date that is promised, said again with the stages, moved when it passes."""
        rule, left = self.said.dates, self._typical()
        day = self._between(self.entry[0], self.entry[0] + self.habits.promise_within)
        promised = self._promise(day, left[0])
        for place in range(1, len(self.codes)):
            entered = self.entry[place]
            promised = self._slips(promised, self.until if math.isnan(entered) else entered)
            if math.isnan(entered):
                break
            if self.random.random() < self.habits.promise_again:
                promised = self._promise(self._between(entered, entered + self.habits.promise_again_within), left[place])
        else:
            promised = self._slips(promised, self.until)
        if math.isnan(self.closed) and self.random.random() < rule.look_again.value:
            self.add(self._between(max(self.until - self.habits.next_step_within, self.entry[0]), self.until), "next_step",
                     due=self.random.randint(self.habits.next_step_due.low, self.habits.next_step_due.high))  # fmt: skip

    def _promise(self, day: float, left: float) -> float:
        rule = self.said.dates
        promised = day + max(left * rule.optimism.value * math.exp(self.random.gauss(0, rule.blur.value)), self.habits.promise_at_least)
        self.add(day, "date", on=promised)
        return promised

    def _slips(self, promised: float, until: float) -> float:
        """Moves of the date that pass before `until`; who does not look again leaves it in the past."""
        while promised < until - 1:
            if self.random.random() > self.said.dates.look_again.value:
                return promised
            moved = promised + self.times(self.said.dates.slip_days)
            said = promised + self.random.uniform(self.habits.slip_said.low, self.habits.slip_said.high)
            self.add(max(min(said, until - HOUR), self.entry[0] + HOUR), "date", on=moved, slips=True)
            promised = moved
        return promised

    def _typical(self) -> list[float]:
        """Days from the beginning of each stage to the end of the last, as everybody knows them."""
        pace = self.said.segments.listed[self.row["segment"]].pace
        days = [one.days * pace for one in self.said.stages.listed]
        return [sum(days[place:]) for place in range(len(days))]

    def _acts(self) -> None:
        """Calls, mails and meetings, so many a week by the stage; few while it is stuck."""
        rule = self.said.activities
        way = [(place, day) for place, day in enumerate(self.entry) if not math.isnan(day)]
        for (place, since), until in zip(way, [day for _, day in way[1:]] + [self.until], strict=True):
            rate = rule.per_week.by_stage[self.codes[place]] / WEEK
            rate *= rule.stuck.value if self.row["was_stuck"][place] else 1.0
            day = since
            while (day := day + self.random.expovariate(rate)) < until - HOUR:
                self.add(day, "act", **self._act())

    def _act(self) -> dict[str, Any]:
        kinds = self.said.activities.kinds.shares
        kind = self.random.choices(list(kinds), list(kinds.values()))[0]
        inward = kind not in ("call", "stakeholder_meeting", "executive_meeting") and self.random.random() < self.said.activities.inward.share
        return {"kind": kind, "direction": "in" if inward else "out", "person": self.random.randrange(self.habits.most_people)}

    def _end(self) -> None:
        if self.row["outcome"] == WON:
            self.add(self.closed - HOUR / 2, "tick", stage="O9")
            self.add(self.closed, "win")
        elif self.row["outcome"] == LOST:
            reason = reasons(self.said)[self.row["reason"]]
            if reason == "poc_failed" and not math.isnan(self.entry[self.codes.index("O5")]):
                partial = self.random.random() < self.said.pocs.partial.share
                self.add(self.closed - 3 * HOUR, "poc_failed", going="mixed" if partial else "poor")
            self.add(self.closed, "lose", reason=reason, rival=self.rival if reason == "competition" else "")
