"""A verdict does not hang on who asks for it: scoring sees what the score stands on, the person no more than before."""

from __future__ import annotations

import pytest

from rounds.actions.leads import activities, leads
from rounds.actions.market import accounts, answers
from rounds.kit.clock import now
from rounds.models import Account, Lead


@pytest.fixture
def far(cast):
    """A system in California and a lead of it that was given to somebody who sells in the Northeast."""
    by, at = cast.admin.actor, now()
    system = accounts.add(name="Far System", level="system", state="CA", beds=900, ehr_vendor="Epic", by=by, at=at)
    hospital = accounts.add(name="Far Hospital", parent=system, state="CA", beds=400, by=by, at=at)
    lead = leads.capture({"name": "Ann Lee"}, by=by, at=at, account=hospital)
    return system, leads.assign(lead, cast.owner, by=by, at=at)


def test_what_a_rep_does_with_her_lead_is_scored_on_an_account_she_does_not_see(cast, as_seen_by, far):
    system, lead = far
    before = Lead.objects.get().score_total
    assert before > 0
    with as_seen_by(cast.owner):
        assert Account.objects.count() == 0
        mine = Lead.objects.select_related("account").get()
        activities.log("webinar_attendance", lead=mine, by=cast.owner.actor, at=now())
        answers.answer(mine, "innovation", "leader", by=cast.owner.actor, at=now())
        assert Account.objects.count() == 0, "her sight is her own again"
        assert mine.account is None, "and nothing of the account stays in her hands"
        seen = Lead.objects.get().score_total
    lead = Lead.objects.get()
    assert lead.score_total == seen > before
    leads.change(lead, by=cast.admin.actor, at=now(), facts={"ruca": 1})
    admins = Lead.objects.get().score_total
    with as_seen_by(cast.owner):
        leads.change(Lead.objects.get(), by=cast.owner.actor, at=now(), facts={})
        leads.change(Lead.objects.get(), by=cast.owner.actor, at=now(), facts={"ruca": 1})
    assert Lead.objects.get().score_total == admins
    system.refresh_from_db()
    assert system.last_touch_at is not None


def test_an_answer_about_an_account_scores_every_lead_of_its_unit(cast, as_seen_by, far):
    system, lead = far
    before = Lead.objects.get().score_total
    with as_seen_by(cast.colleague):
        assert Account.objects.count() == 2
        answers.answer(Account.objects.get(pk=system.pk), "innovation", "leader", by=cast.colleague.actor, at=now())
    assert Lead.objects.get().score_total > before


def test_a_branch_moves_whole(cast, as_seen_by, far):
    """Whoever moves an account may not see all that hangs below it; it moves all the same."""
    system, _ = far
    by, at = cast.admin.actor, now()
    near = accounts.add(name="Near Hospital", parent=system, state="NY", by=by, at=at)
    below = accounts.add(name="Its Clinic", level="department", parent=near, state="WA", by=by, at=at)
    with as_seen_by(cast.owner):
        seen = Account.objects.get()
        accounts.move(seen, None, by=cast.owner.actor, at=now())
    near.refresh_from_db()
    below.refresh_from_db()
    assert near.is_unit
    assert below.buying_unit_id == near.id
