"""Who is on the committee of a deal, and what is kept of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from rounds.access.scope import scope_of, visible
from rounds.access.sight import sight
from rounds.actions.deals import committee
from rounds.actions.market import contacts
from rounds.actions.trust.phi import PhiRefused
from rounds.models import DealContact, DealInfluence, Event
from rounds.models.deals.evidence import load, look
from tests.actions.deals.room.conftest import AT

LATER = AT + timedelta(hours=1)


@pytest.mark.req("ACCT-13")
def test_one_contact_has_several_roles_and_what_is_not_said_stays(room):
    row = committee.seat(room.deal, room.cfo, roles=["CFO", "Board"], influence=5, stance="sceptic", level="signs", motivation="Wants fewer vendors",
                         by=room.by, at=AT)  # fmt: skip
    again = committee.seat(room.deal, room.cfo, stance="supporter", by=room.by, at=LATER)
    assert again.pk == row.pk
    assert (again.roles, again.influence, again.stance, again.level, again.motivation) == (["CFO", "Board"], 5, "supporter", "signs", "Wants fewer vendors")
    told = Event.objects.get(kind="committee.changed")
    assert told.payload["changed"] == {"stance": ["sceptic", "supporter"]}
    assert told.opportunity_id == room.deal.id
    assert committee.seat(room.deal, room.cfo, stance="supporter", by=room.by, at=LATER).updated_at == again.updated_at, "the same again writes nothing"


@pytest.mark.req("ACCT-13")
def test_the_motive_is_sealed_in_the_table_and_in_its_history_and_no_event_says_it(room):
    committee.seat(room.deal, room.cfo, motivation="Wants to be on the board", by=room.by, at=AT)
    committee.seat(room.deal, room.cfo, motivation="Wants to retire in peace", by=room.by, at=LATER)
    with connection.cursor() as cursor:
        for table in ("rounds_dealcontact", "rounds_dealcontacthistory"):
            cursor.execute(f"SELECT motivation FROM {table}")
            assert "Wants" not in "".join(value for (value,) in cursor.fetchall())
    assert DealContact.objects.get().motivation == "Wants to retire in peace"
    assert not Event.objects.filter(payload__icontains="wants").exists()
    assert Event.objects.get(kind="committee.changed").payload["changed"] == {"motivation": [None, None]}


@pytest.mark.req("ACCT-13", "COMPL-09")
def test_a_motive_with_patient_data_in_it_is_refused(room):
    with pytest.raises(PhiRefused):
        committee.seat(room.deal, room.cfo, motivation="Her patient John Miller, MRN 4471234, born 03/12/1961", by=room.by, at=AT)
    assert not DealContact.objects.exists()


@pytest.mark.req("ACCT-13")
def test_what_the_accounts_committee_knows_comes_along(room):
    contacts.seat(room.cfo, room.account, role="CEO", influence=4, stance="champion", motivation="Growth", by=room.by, at=AT)
    row = committee.seat(room.deal, room.cfo, by=room.by, at=AT)
    assert (row.roles, row.influence, row.stance, row.motivation) == (["CEO", "CFO"], 4, "champion", "Growth")


@pytest.mark.req("ACCT-13")
@pytest.mark.parametrize(("said", "field"), [
    ({"stance": "lover"}, "stance"), ({"influence": 6}, "influence"), ({"roles": ["Pope"]}, "roles"), ({"level": "god"}, "level"),
    ({"preference": "Pigeon"}, "preference"),
])  # fmt: skip
def test_what_is_not_on_the_lists_is_refused_with_its_field(room, said, field):
    with pytest.raises(committee.SeatRefused) as refused:
        committee.seat(room.deal, room.cfo, by=room.by, at=AT, **said)
    assert refused.value.field == field
    assert not DealContact.objects.exists()


@pytest.mark.req("ACCT-14")
def test_nobody_is_their_own_chief_over_any_number_of_steps(room):
    cfo, nurse, it = (committee.seat(room.deal, one, by=room.by, at=AT) for one in (room.cfo, room.nurse, room.it))
    committee.report_to(it, nurse, by=room.by, at=AT)
    committee.report_to(nurse, cfo, by=room.by, at=AT)
    with pytest.raises(committee.ReportsInACircle):
        committee.report_to(cfo, it, by=room.by, at=AT)
    cfo.refresh_from_db()
    assert cfo.reports_to_id is None


@pytest.mark.req("ACCT-14")
def test_whoever_leaves_takes_the_lines_along_and_may_come_back(room):
    cfo, nurse, it = (committee.seat(room.deal, one, by=room.by, at=AT) for one in (room.cfo, room.nurse, room.it))
    committee.report_to(it, nurse, by=room.by, at=AT)
    assert committee.draw(nurse, cfo, by=room.by, at=AT)
    assert not committee.draw(nurse, cfo, by=room.by, at=AT), "a line is drawn once"
    with pytest.raises(committee.SeatRefused):
        committee.draw(cfo, cfo, by=room.by, at=AT)
    committee.leave(nurse, reason="Moved to Boston", by=room.by, at=LATER)
    it.refresh_from_db()
    assert it.reports_to_id is None
    assert not DealInfluence.objects.exists()
    back = committee.seat(room.deal, room.nurse, by=room.by, at=LATER)
    assert (back.pk, back.ended_at) == (nurse.pk, None)
    assert Event.objects.filter(kind="committee.seated").count() == 4


def test_somebody_who_left_the_hospital_is_not_seated(room):
    room.cfo.left_on = AT.date()
    room.cfo.save()
    with pytest.raises(committee.SeatRefused, match="has left"):
        committee.seat(room.deal, room.cfo, by=room.by, at=AT)


@pytest.mark.req("ACCT-13", "SEC-01")
def test_a_colleague_of_another_territory_sees_nobody_of_the_committee(room):
    committee.seat(room.deal, room.cfo, by=room.by, at=AT)
    with sight(scope_of(room.cast.colleague)):
        assert not DealContact.objects.exists()
    with sight(scope_of(room.cast.owner)):
        assert visible(DealContact, scope_of(room.cast.owner)).count() == 1


@pytest.mark.req("PIPE-03")
def test_three_people_and_a_champion_are_evidence(room):
    load()
    first = look(room.deal, "committee.three_stakeholders")
    assert (first.state, first.says, first.next) == ("missing", "0 of 3 people", "Put 3 more people on the committee")
    for one in (room.cfo, room.nurse, room.it):
        committee.seat(room.deal, one, stance="neutral", by=room.by, at=AT)
    assert look(room.deal, "committee.three_stakeholders").state == "met"
    assert look(room.deal, "committee.champion_identified").state == "missing"
    committee.seat(room.deal, room.nurse, stance="champion", by=room.by, at=LATER)
    assert look(room.deal, "committee.champion_identified").state == "met"
    assert look(room.deal, "committee.champion_engaged").says.startswith("The champion was not in touch")
