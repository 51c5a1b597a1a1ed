"""Approvals: sequential, with four eyes, handed on, escalated, voided by a change, from a signed link."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.access.allowed import NotAllowed
from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.deals import approval_moves, approvals, concessions, quote_lines, quotes
from rounds.actions.people import absences
from rounds.actions.trust import action_links
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.clock import now
from rounds.models import Event, Notification, Quote, QuoteApproval, Task
from rounds.models.flow.days import house_today
from tests.actions.deals.price_room import a_deal, a_quote, approver, later

pytestmark = pytest.mark.req("PRICE-06")


@pytest.fixture
def room(cast):
    """The owner's deal with a Tier 1 account, a VP and finance."""
    return cast, a_deal(cast, tier=1), approver("vp_sales", "Vera"), approver("finance", "Fay")


def asked(room, percent, **given):
    cast, deal, *_ = room
    return approvals.ask(a_quote(cast, deal, percent=percent, **given), reason="They ask for it", by=cast.owner.actor, at=now())


def steps(quote):
    return list(QuoteApproval.objects.filter(quote=quote, voided_at=None).order_by("position"))


def told(user, **what):
    """What `user` was told; nobody else sees it."""
    with sight(scope_of(user)):
        return list(Notification.objects.filter(user=user, **what))


def fresh(quote):
    return Quote.objects.get(pk=quote.pk)


def test_what_the_rep_may_give_is_approved_at_once(room):
    quote = asked(room, 10)
    assert (quote.state, steps(quote)) == ("approved", [])
    assert approvals.approved(quote, at=now())


def test_a_manager_says_yes_within_the_guidelines(room):
    cast, *_ = room
    quote = asked(room, 18)
    (step,) = steps(quote)
    assert (quote.state, step.level, step.asked) == ("asked", "manager", cast.manager)
    task = Task.objects.get(key=f"quote-approval:{step.id}")
    assert (task.owner, task.kind, task.opportunity_id) == (cast.manager, "approval", quote.opportunity_id)
    assert told(cast.manager, kind="approval.asked", subject_id=step.id)
    approvals.decide(step, "approved", by=cast.manager.actor, at=now())
    assert approvals.approved(fresh(quote), at=now())
    task.refresh_from_db()
    assert task.done_at
    assert told(cast.owner, kind="approval.decided")


def test_two_say_yes_one_after_the_other(room):
    cast, _, vp, finance = room
    quote = asked(room, 27, lines=[{"product": "imaging_triage", "units": 2, "unit_cents": 30_000_000}])
    first, second = steps(quote)
    assert (first.level, first.asked, second.level, second.opened_at) == ("vp", vp, "finance", None)
    with pytest.raises(approvals.NotYourStep, match="VP Sales is asked first"):
        approvals.decide(second, "approved", by=finance.actor, at=now())
    approvals.decide(first, "approved", by=vp.actor, at=now())
    assert fresh(quote).state == "asked"
    second.refresh_from_db()
    assert second.asked == finance
    approvals.decide(second, "approved", by=finance.actor, at=now())
    assert fresh(quote).state == "approved"
    decided = Event.objects.filter(kind="quote.approval_decided", subject_id=quote.id).order_by("at")
    assert [event.payload["level"] for event in decided] == ["vp", "finance"]
    approvals.decide(second, "approved", by=finance.actor, at=now())
    assert decided.count() == 2, "the same word twice is one"


def test_a_no_ends_it_and_says_why(room):
    cast, _, vp, _ = room
    quote = asked(room, 23)
    (step,) = steps(quote)
    with pytest.raises(approvals.NothingReceived, match="why not"):
        approvals.decide(step, "refused", by=vp.actor, at=now())
    approvals.decide(step, "refused", words="Offer a longer term instead", by=vp.actor, at=now())
    assert fresh(quote).state == "refused"
    assert told(cast.owner, kind="approval.decided")[0].body == "Offer a longer term instead"
    with pytest.raises(approvals.StepOver):
        approvals.decide(step, "approved", by=vp.actor, at=now())


def test_nobody_approves_their_own_and_no_program_does(room):
    cast, deal, vp, _ = room
    concessions.log(deal, "received", "reference", by=vp.actor, at=now())
    quote = approvals.ask(quotes.draft(deal, [{"product": "imaging_triage", "unit_cents": 20_000_000}], total_bp=2300, by=vp.actor, at=now()), by=vp.actor, at=now())
    (step,) = steps(quote)
    assert step.asked != vp
    with pytest.raises(approvals.NotYourStep, match="asked for themselves"):
        approvals.decide(step, "approved", by=vp.actor, at=now())
    for other in (cast.owner, cast.manager, cast.admin):
        with pytest.raises(approvals.NotYourStep):
            approvals.decide(step, "approved", by=other.actor, at=now())
    with pytest.raises(approvals.NotYourStep, match="person decides"):
        approvals.decide(step, "approved", by=Actor("automation", None, "Rule"), at=now())


@pytest.mark.req("PRICE-06")
@pytest.mark.parametrize("change", ["total", "line", "units", "free months", "payment"])
def test_a_changed_quote_voids_what_was_said_to_it(room, change):
    cast, _, vp, _ = room
    quote = asked(room, 23)
    (step,) = steps(quote)
    link = action_links.issue("quote.approve", subject=step, user=vp, by=cast.owner.actor, at=now())
    line = quotes.lines_of(quote)[0]
    by = {"by": cast.owner.actor, "at": now()}
    changed = {
        "total": lambda: quotes.change(quote, {"total_bp": 2400}, **by), "free months": lambda: quotes.change(quote, {"free_months": 1}, **by),
        "line": lambda: quote_lines.change(line, {"discount_bp": 100}, **by), "units": lambda: quote_lines.change(line, {"units": 5}, **by),
        "payment": lambda: quotes.change(quote, {"payment": "prepaid"}, **by),
    }[change]()  # fmt: skip
    assert changed.state == "draft"
    with pytest.raises(approvals.StepOver):
        approvals.decide(step, "approved", by=vp.actor, at=now())
    with pytest.raises(action_links.LinkDead):
        action_links.do(link.split("/")[2], viewer=vp, at=now())
    assert Task.objects.get(key=f"quote-approval:{step.id}").dropped_at
    assert Event.objects.get(kind="quote.changed", subject_id=quote.id).payload["voided"] == 1


def test_what_was_approved_falls_with_a_change_and_a_new_name_voids_nothing(room):
    cast, _, vp, _ = room
    quote = asked(room, 23)
    approvals.decide(steps(quote)[0], "approved", by=vp.actor, at=now())
    renamed = quotes.change(quote, {"name": "Harbour, final"}, by=cast.owner.actor, at=now())
    assert approvals.approved(renamed, at=now())
    changed = quotes.change(quote, {"total_bp": 2000}, by=cast.owner.actor, at=now())
    assert not approvals.approved(changed, at=now())
    back = quotes.change(quote, {"total_bp": 2300}, by=cast.owner.actor, at=now())
    assert not approvals.approved(back, at=now()), "the same offer again is approved again, not by memory"


def test_a_step_is_handed_to_somebody_who_stands_in(room):
    cast, _, vp, finance = room
    quote = asked(room, 23)
    (step,) = steps(quote)
    with pytest.raises(NotAllowed, match="does not stand in"):
        approval_moves.hand(step, cast.marketing, by=vp.actor, at=now())
    with pytest.raises(approvals.NotYourStep):
        approval_moves.hand(step, cast.manager, by=cast.owner.actor, at=now())
    with pytest.raises(approvals.NotYourStep):
        approvals.decide(step, "approved", by=cast.manager.actor, at=now())
    approval_moves.hand(step, cast.manager, why="On the road", by=vp.actor, at=now())
    step.refresh_from_db()
    assert (step.asked, step.handed_by_name) == (cast.manager, "Vera")
    assert Task.objects.get(key=f"quote-approval:{step.id}", done_at=None).owner == cast.manager
    approvals.decide(step, "approved", by=cast.manager.actor, at=now())
    assert fresh(quote).state == "approved"


def test_who_is_away_is_passed_over(room):
    cast, _, vp, _ = room
    absences.go_away(vp, house_today(), house_today() + timedelta(days=3), by=vp.actor, at=now())
    (step,) = steps(asked(room, 23))
    assert step.asked == vp, "nobody else may"
    other = approver("vp_sales", "Walt")
    (step,) = steps(asked(room, 23))
    assert step.asked == other


def test_a_step_nobody_answers_is_opened_to_those_above(room):
    cast, _, vp, _ = room
    quote = asked(room, 18)
    (step,) = steps(quote)
    assert not approval_moves.escalate(step, by=SYSTEM_ACTOR, at=now())
    assert [approval_moves.escalate(step, by=SYSTEM_ACTOR, at=later(days=5)) for _ in "twice"] == [True] + [False] * 4
    step.refresh_from_db()
    assert step.escalated_at
    assert len(told(vp, title__startswith="Nobody answered")) == 1
    approvals.decide(step, "approved", by=vp.actor, at=later(days=5))
    assert fresh(quote).state == "approved"


@pytest.mark.req("PLUS-25")
def test_below_the_price_floor_nothing_goes(room):
    cast, deal, *_ = room
    with pytest.raises(approvals.UnderFloor, match=r"Imaging triage would go \$16,000.00 below its price floor"):
        asked(room, 20, lines=[{"product": "imaging_triage", "unit_cents": 10_000_000}])
    with pytest.raises(approvals.UnderFloor):
        asked(room, 0, free_months=3, lines=[{"product": "imaging_triage", "unit_cents": 12_000_000}])


@pytest.mark.req("PLUS-25", "PRICE-09")
def test_above_five_percent_something_was_received(room):
    cast, deal, *_ = room
    quote = a_quote(cast, deal, percent=6, received=False)
    with pytest.raises(approvals.NothingReceived, match="what is received"):
        approvals.ask(quote, by=cast.owner.actor, at=now())
    wrong = concessions.log(deal, "received", "longer_term", words="36 months", by=cast.owner.actor, at=now())
    concessions.withdraw(wrong, by=cast.owner.actor, at=now())
    with pytest.raises(approvals.NothingReceived):
        approvals.ask(quote, by=cast.owner.actor, at=now())
    concessions.log(deal, "received", "longer_term", words="36 months", by=cast.owner.actor, at=now())
    assert approvals.ask(quote, by=cast.owner.actor, at=now()).state == "approved"
    five = a_quote(cast, a_deal(cast), percent=5, received=False)
    assert approvals.ask(five, by=cast.owner.actor, at=now()).state == "approved"


@pytest.mark.req("PLUS-32")
def test_a_discount_is_approved_from_a_signed_link_once(room, see_all):
    cast, _, vp, _ = room
    quote = asked(room, 23)
    (step,) = steps(quote)
    token = action_links.issue("quote.approve", subject=step, user=vp, by=cast.owner.actor, at=now()).split("/")[2]
    assert "23 % off" in str(action_links.look(token, viewer=vp, at=now()).subject)
    assert fresh(quote).state == "asked", "looking changes nothing"
    with pytest.raises(action_links.NotYours):
        action_links.do(token, viewer=None, at=now())
    action_links.do(token, viewer=vp, at=now())
    see_all()
    assert fresh(quote).state == "approved"
    with pytest.raises(action_links.LinkDead):
        action_links.do(token, viewer=vp, at=now())
