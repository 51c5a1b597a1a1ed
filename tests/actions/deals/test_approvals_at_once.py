"""Two who press at once: each step is decided once, and what was changed meanwhile is never approved."""

from __future__ import annotations

import pytest

from rounds.access.sight import sight
from rounds.actions.deals import approvals, quotes
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Event, Quote, QuoteApproval
from tests.actions.deals.price_room import a_deal, a_quote, approver
from tests.actions.leads.test_activities import at_once

EVERYTHING = Scope(everything=True)
pytestmark = pytest.mark.req("PRICE-06")


@pytest.fixture
def asked(committed):
    """A quote of 23 % that waits for one of two VPs."""
    with sight(EVERYTHING):
        cast = build_cast(now())
        vera, walt = approver("vp_sales", "Vera"), approver("vp_sales", "Walt")
        quote = approvals.ask(a_quote(cast, a_deal(cast, tier=1), percent=23), by=cast.owner.actor, at=now())
        return cast, vera, walt, quote, QuoteApproval.objects.get(quote=quote)


def test_two_who_decide_at_once_are_one_decision(asked):
    _, vera, walt, quote, step = asked
    answers = at_once([
        lambda: approvals.decide(step, "approved", by=vera.actor, at=now()),
        lambda: approvals.decide(step, "refused", words="No", by=walt.actor, at=now()),
    ])  # fmt: skip
    assert sum(isinstance(answer, approvals.StepOver) for answer in answers) == 1, answers
    with sight(EVERYTHING):
        assert Event.objects.filter(kind="quote.approval_decided", subject_id=quote.id).count() == 1


def test_what_is_changed_while_somebody_says_yes_is_not_approved(asked):
    cast, vera, _, quote, step = asked
    changed, decided = at_once([
        lambda: quotes.change(quote, {"total_bp": 2900}, by=cast.owner.actor, at=now()),
        lambda: approvals.decide(step, "approved", by=vera.actor, at=now()),
    ])  # fmt: skip
    assert isinstance(changed, Quote), changed
    with sight(EVERYTHING):
        quote = Quote.objects.get(pk=quote.pk)
        assert quote.total_bp == 2900
        assert not approvals.approved(quote, at=now()), decided
        assert quote.state == "draft"
