"""No sequence of deeds, by whatever door, brings a deal to an illegal stage or through a gate it should not pass; money
never loses a cent (PIPE-17, 18, 22, 26, 29)."""

from __future__ import annotations

import contextlib
import itertools
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.access.allowed import may
from rounds.actions.deals import closing, competitors, criteria, opportunities, placing, stages
from rounds.actions.market import accounts
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import CriterionCheck, Opportunity, StageEntry, StageSignal, User
from rounds.models.deals.listing import summed
from rounds.models.deals.standing import chances
from rounds.models.flow.active import active

pytestmark = pytest.mark.req("PIPE-17", "PIPE-18", "PIPE-22", "PIPE-26", "PIPE-29")

CODES = [f"O{n}" for n in range(1, 11)]
TRIGGERS = ["discovery.completed", "demo.completed", "poc.agreed", "poc.kicked_off", "poc.succeeded", "proposal.delivered",
            "contract.review_started", "contract.executed"]  # fmt: skip
WORDS = st.sampled_from(["", "Because", "   "])
WHO = st.sampled_from(["owner", "manager", "admin", "machine", "automation"])
DAY = st.integers(0, 3)

STEP = st.one_of(
    st.tuples(st.just("move"), WHO, st.sampled_from(CODES), WORDS, WORDS),
    st.tuples(st.just("trigger"), WHO, st.sampled_from(TRIGGERS)),
    st.tuples(st.just("win"), WHO, WORDS, WORDS),
    st.tuples(st.just("lose"), WHO, st.sampled_from(["budget", "competition", "timing", "", "nonsense"]), st.booleans()),
    st.tuples(st.just("check"), WHO, st.sampled_from(["bant", "feasibility", "poc_objectives", "roi_demonstrated", "adoption_confirmed", "plan_validated",
                                                      "contract_executed", "baa_in_force", "legal_satisfied"]), st.sampled_from(["met", "not_met", "withdrawn"])),
    st.tuples(st.just("decide"), WHO, st.booleans(), WORDS, WORDS),
    st.tuples(st.just("phi"), WHO, st.booleans()),
    st.tuples(st.just("price"), WHO, st.integers(0, 10**11)),
    st.tuples(st.just("back_date"), WHO, st.sampled_from(CODES), st.integers(-400, 40)),
)  # fmt: skip


class Play:
    """Does steps to a deal, whoever asks, and knows what must hold afterwards."""

    def __init__(self, cast, deal, rival) -> None:
        self.deal, self.rival, self.at = deal, rival, now()
        self.who = {"owner": cast.owner.actor, "manager": cast.manager.actor, "admin": cast.admin.actor, "machine": SYSTEM_ACTOR,
                    "automation": Actor("automation", deal.id, "An automation")}  # fmt: skip

    def do(self, step) -> None:
        what, who, *said = step
        self.at += timedelta(hours=7)
        deal, by = Opportunity.objects.get(pk=self.deal.pk), {"by": self.who[who], "at": self.at}
        with contextlib.suppress(Refusal), transaction.atomic():
            getattr(self, what)(deal, by, *said)

    def move(self, deal, by, stage, reason, passing):
        stages.move(deal, stage, reason=reason, passing=passing, **by)

    def back_date(self, deal, by, stage, days):
        stages.move(deal, stage, reason="Written down late", entered_at=self.at + timedelta(days=days), **by)

    def trigger(self, deal, by, kind):
        stages.triggered(deal, kind, **by)

    def win(self, deal, by, reason, passing):
        closing.win(deal, reason=reason, passing=passing, **by)

    def lose(self, deal, by, reason, named):
        closing.lose(deal, reason=reason, competitor=self.rival if named else None, **by)

    def check(self, deal, by, criterion, state):
        criteria.check(deal, criterion, state, **by)

    def decide(self, deal, by, yes, reason, passing):
        signal = StageSignal.objects.filter(opportunity=deal, outcome__in=("proposed", "blocked"), decided_at=None).first()
        if signal is not None:
            stages.accept(signal, reason=reason, passing=passing, **by) if yes else stages.dismiss(signal, reason=reason, **by)

    def phi(self, deal, by, yes):
        opportunities.change(deal, phi_involved=yes, **by)

    def price(self, deal, by, cents):
        opportunities.price(deal, cents, **by)


def holds(deal) -> None:
    """What must be true of a deal after whatever was tried."""
    book = active().playbook.stages
    deal = Opportunity.objects.get(pk=deal.pk)
    entries = list(StageEntry.objects.filter(opportunity=deal).order_by("at", "id"))
    assert entries[0].way == "opened"
    assert entries[-1].now == deal.stage, "the row says what the history says"
    assert deal.stage_since == entries[-1].entered_at
    for before, after in itertools.pairwise(entries):
        assert after.was == before.now
        assert after.entered_at >= before.entered_at
        _legal(book, after)
    assert "O9" not in {entry.now for entry in entries}, "no contract was ever executed"
    assert (deal.closed_at is None) == (deal.stage in book.open)
    assert (deal.stage == "O10") == (deal.lost_reason != "" and not deal.is_open)
    assert (deal.moved_back, deal.skipped, deal.reopened) == tuple(sum(e.way == way for e in entries) for way in ("backward", "skipped", "reopened"))
    assert not CriterionCheck.objects.filter(opportunity=deal, criterion__in=("contract_executed", "baa_in_force")).exists()
    days = list(StageSignal.objects.filter(opportunity=deal).values_list("kind", "on"))
    assert len(days) == len(set(days)), "twice a day acts once"


def _legal(book, entry) -> None:
    order = {code: place for place, code in enumerate(book.way)}
    by = User.objects.filter(pk=entry.by_id).first() if entry.by_kind == "user" else None
    if entry.way == "backward":
        assert order[entry.now] < order[entry.was]
        assert entry.reason.strip()
    elif entry.way == "lost":
        assert (entry.was in book.open, entry.now) == (True, "O10")
    elif entry.way == "reopened":
        assert by is not None
        assert may(by, "stages.reopen")
        assert entry.reason.strip()
    elif entry.way == "skipped":
        assert by is not None
        assert may(by, "stages.skip")
        assert entry.reason.strip()
        assert order[entry.now] > order[entry.was] + 1
    else:
        assert entry.way == "forward"
        assert order[entry.now] == order[entry.was] + 1 or entry.now == "O3", "one step, or an early demo"
    if entry.now == "O7" and entry.way in ("forward", "skipped"):
        shut = [line for line in entry.criteria if line["state"] in ("missing", "unknown", "blocked")]
        assert not shut or (entry.passed and by is not None and may(by, "stages.override")), shut


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(STEP, min_size=4, max_size=22))
def test_no_sequence_of_deeds_reaches_what_it_should_not(cast, account, steps):
    with contextlib.suppress(_Back), transaction.atomic():
        opened = opportunities.open_deal(account, "A deal", owner=cast.owner, by=cast.owner.actor, at=now())
        rival = competitors.add(name="Asterion", by=cast.owner.actor, at=now())
        play = Play(cast, opened, rival)
        for step in steps:
            play.do(step)
            holds(opened)
        raise _Back


class _Back(Exception):
    """Nothing of an example stays for the next."""


AMOUNTS = st.one_of(st.none(), st.integers(0, 10**12))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(AMOUNTS, st.lists(st.tuples(AMOUNTS, st.booleans()), max_size=4))
def test_money_is_summed_once_and_to_the_cent(cast, account, own, below):
    from django.db.models import Sum

    with contextlib.suppress(_Back), transaction.atomic():
        by = {"by": cast.owner.actor, "at": now()}
        whole = opportunities.price(opportunities.open_deal(account, "Whole", owner=cast.owner, **by), own, **by)
        for n, (cents, lost) in enumerate(below):
            part = opportunities.price(opportunities.open_deal(account, f"Part {n}", owner=cast.owner, parent=whole, **by), cents, **by)
            if lost:
                closing.lose(part, reason="budget", **by)
        rows = summed(Opportunity.objects.filter(closed_at=None), chances(active().playbook))
        kept = [cents or 0 for cents, lost in below if not lost]
        assert (rows.aggregate(all=Sum("counted_cents"))["all"] or 0) == max(own or 0, sum(kept))
        for row in rows:
            if row.counted_cents is not None:
                assert row.weighted_cents == (2 * row.counted_cents * 500 + 10_000) // 20_000
        raise _Back


def test_hospitals_of_another_system_are_no_site(cast, account, deal_of):
    other = accounts.add(name="Elsewhere", state="NY", by=cast.owner.actor, at=now())
    with pytest.raises(Refusal):
        placing.place(deal_of(), [other], by=cast.owner.actor, at=now())
