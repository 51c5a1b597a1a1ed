"""An automation tried on a deal: what it would come to is told, and not one row of it stays."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from rounds.actions.deals import opportunities
from rounds.actions.flow.automating.trying import try_on
from rounds.actions.market import accounts
from rounds.actions.trust import tokens
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.flow.active import active
from tests.api.conftest import Caller

pytestmark = pytest.mark.req("AUTO-01", "AUTO-10")
OF_DEALS = ("deal_stage_1", "deal_stage_2", "deal_stage_3", "deal_stage_4", "deal_stage_5", "deal_stage_6", "deal_stage_7", "deal_stage_8", "deal_won",
            "deal_lost", "stage_advanced")  # fmt: skip


@pytest.fixture
def deal(cast):
    account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())
    return opportunities.open_deal(account, "Imaging", owner=cast.owner, by=cast.owner.actor, at=now())


def _rows() -> dict[str, int]:
    """Every table of ours and of the queue with how many rows it has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND (relname LIKE 'rounds_%%' OR relname LIKE 'procrastinate_%%')")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                found[table] = cursor.fetchone()[0]
    return found


def _whole(deal: Opportunity) -> dict:
    return Opportunity.objects.filter(pk=deal.pk).values().get()


@pytest.mark.parametrize("code", OF_DEALS)
def test_a_trial_writes_nothing_and_leaves_nothing_to_do(cast, deal, code):
    automation = active().playbook.automations[code]
    with transaction.atomic():
        before, stood, waits = _rows(), _whole(deal), list(connection.run_on_commit)
        found = try_on(automation, deal=deal, user=cast.revops, by=cast.revops.actor, at=now())
        assert _rows() == before
        assert _whole(deal) == stood
        assert connection.run_on_commit == waits, "nothing follows at the commit either"
    assert len(found.steps) == len(automation.then)
    assert {step.state for step in found.steps} <= {"done", "refused", "waiting", "skipped"}, [step for step in found.steps if step.state == "failed"]
    assert all(step.sentence for step in found.steps)


def test_its_steps_meet_the_deal_as_those_before_left_it_and_conditions_ask_the_deal(cast, deal):
    found = try_on(active().playbook.automations["deal_stage_1"], deal=deal, user=cast.revops, by=cast.revops.actor, at=now())
    assert found.stopped == ""
    assert any(step.state == "done" for step in found.steps)


def test_an_automation_of_leads_says_that_it_is_not_done_to_a_deal(cast, deal):
    found = try_on(active().playbook.automations["lead_captured"], deal=deal, user=cast.revops, by=cast.revops.actor, at=now())
    lacking = [step for step in found.steps if step.state == "refused"]
    assert any("it is done to a lead" in step.sentence for step in lacking)
    assert not [step for step in found.steps if step.state == "failed"]


@pytest.mark.req("AUTO-01", "X-1")
def test_on_the_page_and_over_the_api_a_deal_is_named(cast, deal, door):
    shown = door(cast.revops).post("/automations/deal_stage_1/trial/", {"on": f"/opportunities/{deal.id}/"}).content.decode()
    assert "Tried on Imaging" in shown
    assert "nothing was written" in shown
    assert door(cast.owner).post("/automations/deal_stage_1/trial/", {"on": str(deal.id)}).status_code == 403
    revops = Caller(tokens.make(cast.revops, name="test", scopes=["automations:write"], by=cast.revops.actor, at=now())[1])
    status, said = revops("POST", "/automations/deal_stage_1/trials", {"record": str(deal.id)})
    assert (status, len(said["steps"])) == (200, len(active().playbook.automations["deal_stage_1"].then))
    assert revops("POST", "/automations/deal_stage_1/trials", {"record": str(cast.owner.id)})[0] == 404
    assert revops("POST", "/automations/none/trials", {"record": str(deal.id)})[0] == 404
