"""A discovery call: its agenda, its notes, that it was held, and what that moves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.deals import discovery
from rounds.actions.trust.phi import PhiRefused
from rounds.models import DiscoveryCall, DiscoveryRecord, Event, StageSignal
from rounds.models.deals.evidence import load, look
from tests.actions.deals.room.conftest import AT

LATER = AT + timedelta(days=1)
HEARD = {"current_state": "Paper lists at shift change", "challenges": "Alerts come two hours late", "technology": "Epic, one instance"}


@pytest.fixture
def call(room) -> DiscoveryCall:
    return discovery.plan(room.deal, LATER, people=[room.nurse], by=room.by, at=AT)


@pytest.mark.req("PIPE-23")
def test_the_agenda_has_the_six_sections_of_the_seed_and_sixty_minutes(call):
    assert [one["minutes"] for one in call.agenda] == [5, 15, 15, 10, 10, 5]
    assert sum(one["minutes"] for one in call.agenda) == 60


@pytest.mark.req("PIPE-23")
def test_an_agenda_that_does_not_sum_is_refused_with_what_is_left(room, call):
    with pytest.raises(discovery.DiscoveryRefused, match="sum to 55 minutes, the call has 60: 5 are left"):
        discovery.set_agenda(call, {"challenges": 10}, by=room.by, at=AT)
    moved = discovery.set_agenda(call, {"challenges": 10, "technology": 15}, by=room.by, at=AT)
    assert [one["minutes"] for one in moved.agenda] == [5, 15, 10, 15, 10, 5]


@pytest.mark.req("PIPE-23")
def test_notes_are_kept_section_by_section_and_one_that_is_not_named_stays(room, call):
    discovery.note(call, HEARD, by=room.by, at=LATER)
    row = discovery.note(call, {"challenges": "Alerts come three hours late"}, by=room.by, at=LATER)
    assert row.notes == {**HEARD, "challenges": "Alerts come three hours late"}
    assert [event.payload["sections"] for event in Event.objects.filter(kind="discovery.noted").order_by("id")] == [list(HEARD), ["challenges"]]
    with pytest.raises(discovery.DiscoveryRefused, match="no section"):
        discovery.note(call, {"weather": "Fine"}, by=room.by, at=LATER)
    with pytest.raises(PhiRefused):
        discovery.note(call, {"challenges": "Patient John Miller, MRN 4471234, born 03/12/1961, waited"}, by=room.by, at=LATER)


@pytest.mark.req("PIPE-05", "PIPE-23")
def test_a_call_that_was_held_is_a_trigger_of_the_deal_once(room, call):
    with pytest.raises(discovery.DiscoveryRefused, match="0 of 6 sections have notes; write down 3"):
        discovery.complete(call, by=room.by, at=LATER)
    discovery.note(call, HEARD, by=room.by, at=LATER)
    held = discovery.complete(call, by=room.by, at=LATER)
    discovery.complete(call, by=room.by, at=LATER)
    told = Event.objects.get(kind="discovery.completed")
    assert (held.held_by_name, told.opportunity_id, told.payload["people"]) == (room.cast.owner.name, room.deal.id, 1)
    signal = StageSignal.objects.get(opportunity=room.deal, kind="discovery.completed")
    assert signal.event == told.id
    with pytest.raises(discovery.DiscoveryRefused, match="was held"):
        discovery.drop(call, why="Nobody came", by=room.by, at=LATER)


@pytest.mark.req("PIPE-23")
def test_a_call_that_was_called_off_takes_no_notes(room, call):
    discovery.drop(call, why="The CIO was ill", by=room.by, at=LATER)
    with pytest.raises(discovery.CallOver):
        discovery.note(call, HEARD, by=room.by, at=LATER)


@pytest.mark.req("PIPE-24", "PIPE-03")
def test_what_is_written_down_meets_the_criteria_of_stage_two(room):
    load()
    assert look(room.deal, "discovery.pains").next == "Write down: pain point or use case, workflow"
    for kind in ("pain_point", "workflow", "architecture", "security", "data_flow"):
        discovery.record(room.deal, kind, "As told", contact=room.nurse, by=room.by, at=AT)
    assert look(room.deal, "discovery.pains").state == "met"
    technical = look(room.deal, "discovery.technical")
    assert (technical.state, technical.next) == ("missing", "Write down: integration complexity")
    last = discovery.record(room.deal, "integration", "Two interfaces", by=room.by, at=AT)
    assert look(room.deal, "discovery.technical").state == "met"
    discovery.withdraw(last, by=room.by, at=LATER)
    assert look(room.deal, "discovery.technical").state == "missing", "what is taken back is no evidence"
    discovery.record(room.deal, "success_criterion", "Alert to answer", measure="minutes", baseline="9", target="5", by=room.by, at=AT)
    assert look(room.deal, "discovery.metrics").state == "met"


@pytest.mark.req("PIPE-24")
def test_an_interview_says_who_was_heard(room):
    discovery.record(room.deal, "interview", "Wants a pilot on one ward", group="clinical_champions", contact=room.nurse, by=room.by, at=AT)
    assert Event.objects.get(kind="discovery.recorded").payload["title"] == "Interview: clinical champions"
    for said in ({"kind": "interview", "group": "gardeners"}, {"kind": "gossip"}):
        with pytest.raises(discovery.DiscoveryRefused):
            discovery.record(room.deal, said.pop("kind"), "x", by=room.by, at=AT, **said)
    assert DiscoveryRecord.objects.count() == 1
