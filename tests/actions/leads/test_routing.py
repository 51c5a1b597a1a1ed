"""A captured lead has an owner or a queue, and says why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import leads, routing
from rounds.actions.market import accounts
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import Assignment, Event, Lead, PortalInvitation
from rounds.rules.routing.assignment import STEPS

WEB = Actor("form", None, "Website form")
HOT = {"beds": 612, "ehr": "Epic", "it_budget_usd": 9_000_000, "implementation_timeline": "0-3 months"}


@pytest.fixture
def came(cast):
    """`came(state=…, …)`: a lead that came by itself."""

    def make(**said) -> Lead:
        given = {"name": "Rosa Meridian", "state": "NY", "organization": "Meridian Health", "email": "rosa@meridian.example",
                 "source": "Web form", "facts": {"beds": 612, "ehr": "Epic"}, **said}  # fmt: skip
        return leads.capture(given, by=WEB, at=now())

    return make


@pytest.mark.req("ROUTE-01", "ROUTE-09")
def test_a_lead_that_comes_by_itself_is_given_to_somebody_in_the_same_transaction(cast, came):
    lead = came()
    row = lead.assignments.get()
    assert lead.owner_id in (cast.owner.id, cast.senior_ae.id)
    assert (row.owner_id, row.cause, row.queue) == (lead.owner_id, "captured", "")
    assert [step["step"] for step in row.steps] == list(STEPS)
    assert row.reason.startswith(lead.owner.name)
    assert {seat["name"] for seat in row.pool} <= {"Olivia Grant", "Simon Ekholm"}
    told = Event.objects.get(lead_id=lead.id, kind="lead.assigned")
    assert (told.payload["owner_after"], told.payload["cause"]) == (str(lead.owner_id), "captured")


@pytest.fixture
def pair(cast):
    """Two account executives of Enterprise for the Northeast: Olivia and Ruth."""
    from rounds.actions.people import users

    ruth = users.add("ruth@rounds.example", "Ruth Amsel", role="ae", team=cast.enterprise, territories=["Northeast"],
                     by=cast.admin.actor, at=now())  # fmt: skip
    return cast.owner, ruth


WARM = {"band": "warm"}


def warm(lead: Lead) -> Lead:
    Lead.objects.filter(pk=lead.pk).update(driving_band="warm", owner=None, segment="enterprise", territory="Northeast")
    lead.refresh_from_db()
    return lead


@pytest.mark.req("ROUTE-09")
def test_who_carries_less_gets_the_next_and_the_loads_are_those_of_the_rows(cast, pair, came, lead_of):
    olivia, ruth = pair
    lead_of(olivia)
    row = routing.route(warm(came()), by=WEB, at=now(), cause="rerouted")
    assert row.owner_id == ruth.id
    seats = {seat["name"]: seat for seat in row.pool}
    assert seats["Olivia Grant"]["load"] >= 1
    assert seats["Ruth Amsel"] | {"load": 0} == seats["Ruth Amsel"]
    assert "smallest share of the 2" in row.reason


@pytest.mark.req("ROUTE-16")
def test_declined_with_a_reason_it_goes_to_the_next_and_never_back(cast, pair, came):
    first = routing.route(warm(came()), by=WEB, at=now(), cause="rerouted")
    with pytest.raises(routing.NotYours):
        routing.decline(first.lead, reason="No time", by=cast.admin.actor, at=now())
    second = routing.decline(first.lead, reason="They are a former employer", by=first.owner.actor, at=now())
    assert {first.owner, second.owner} == set(pair)
    assert (second.cause, second.lead.owner_id) == ("declined", second.owner_id)
    first.refresh_from_db()
    assert (first.decline_reason, first.ended_at is not None) == ("They are a former employer", True)
    assert {seat["name"]: seat.get("skipped") for seat in second.pool}[first.owner.name] == "declined it"
    third = routing.decline(second.lead, reason="Nor mine", by=second.owner.actor, at=now())
    assert (third.owner_id, third.queue) == (None, "manager")
    assert Event.objects.filter(lead_id=first.lead_id, kind="lead.declined").count() == 2


@pytest.mark.req("ROUTE-16")
def test_no_answer_in_time_gives_it_to_the_next_unless_they_called(cast, pair, came):
    from rounds.actions.leads import activities
    from rounds.actions.leads.routing import waiting
    from rounds.kit.actor import SYSTEM_ACTOR

    lead = warm(came())
    Lead.objects.filter(pk=lead.pk).update(driving_band="hot")
    lead.refresh_from_db()
    User = type(cast.owner)
    User.objects.filter(pk=cast.senior_ae.pk).update(is_active=False)
    row = routing.route(lead, by=WEB, at=now(), cause="rerouted")
    assert row.responds_by > row.at + timedelta(hours=4) - timedelta(seconds=1)
    late = row.responds_by + timedelta(minutes=1)
    assert waiting.unanswered(at=now()) == []
    assert waiting.unanswered(at=late) == [row.id]
    assert waiting.time_out(row.id, by=SYSTEM_ACTOR, at=late)
    assert not waiting.time_out(row.id, by=SYSTEM_ACTOR, at=late)
    second = Assignment.objects.get(lead=lead, ended_at=None)
    assert (second.cause, second.owner_id != row.owner_id) == ("timed_out", True)
    activities.log("call", lead=second.lead, by=second.owner.actor, at=late, direction="out")
    assert not waiting.time_out(second.id, by=SYSTEM_ACTOR, at=second.responds_by + timedelta(minutes=1))
    second.refresh_from_db()
    assert second.accepted_at is not None


@pytest.mark.req("ROUTE-08")
def test_a_lead_nobody_can_take_waits_is_told_of_once_and_given_out_when_somebody_is_back(cast, came, as_seen_by):
    from rounds.actions.leads.routing import waiting
    from rounds.kit.actor import SYSTEM_ACTOR
    from rounds.models import Notification

    User = type(cast.owner)
    User.objects.filter(pk__in=[cast.owner.pk, cast.senior_ae.pk]).update(capacity=0)
    lead = came()
    assert (lead.owner_id, lead.queue, lead.team_id) == (None, "manager", cast.enterprise.id)
    assert waiting.alert(by=SYSTEM_ACTOR, at=now()) == 0
    later = now() + timedelta(days=1)
    assert waiting.alert(by=SYSTEM_ACTOR, at=later) == 1
    assert waiting.alert(by=SYSTEM_ACTOR, at=later) == 0
    with as_seen_by(cast.manager):
        assert Notification.objects.filter(kind="lead.unrouted").count() == 1
    assert waiting.stranded(at=later) == [lead.id]
    assert not waiting.look_again(lead.id, by=SYSTEM_ACTOR, at=later)
    User.objects.filter(pk=cast.owner.pk).update(capacity=None)
    assert waiting.look_again(lead.id, by=SYSTEM_ACTOR, at=later)
    lead.refresh_from_db()
    assert (lead.owner_id, lead.queue) == (cast.owner.id, "")
    assert waiting.stranded(at=later) == []


@pytest.mark.req("ROUTE-12")
def test_an_owned_system_gets_the_leads_of_its_hospitals_wherever_they_lie(cast, came):
    by = cast.admin.actor
    system = accounts.add(name="Tall Pines Health", level="system", state="WA", beds=900, by=by, at=now())
    hospital = accounts.add(name="Tall Pines East", parent=system, state="FL", by=by, at=now())
    accounts.assign(system, cast.owner, by=by, at=now())
    lead = leads.capture({"name": "Bo Fox", "state": "FL"}, by=WEB, at=now(), account=hospital)
    assert lead.owner_id == cast.owner.id
    assert lead.assignments.get().reason == "Olivia Grant owns Tall Pines East"


@pytest.mark.req("ROUTE-10")
def test_the_owner_is_told_with_band_and_promise_and_the_manager_of_a_hot_one(cast, came, as_seen_by):
    from rounds.models import Notification

    lead = warm(came())
    Lead.objects.filter(pk=lead.pk).update(driving_band="hot", segment="enterprise")
    lead.refresh_from_db()
    row = routing.route(lead, by=WEB, at=now(), cause="rerouted")
    with as_seen_by(row.owner):
        told = Notification.objects.filter(kind="lead.assigned").latest("at")
    assert told.title.startswith("Hot lead: Rosa Meridian, Meridian Health")
    assert "First response by" in told.body
    with as_seen_by(cast.manager):
        assert Notification.objects.filter(kind="lead.hot").exists()


@pytest.mark.req("ROUTE-11")
def test_a_portal_invitation_is_prepared_once_and_held(cast, came):
    lead = came()
    Lead.objects.filter(pk=lead.pk).update(driving_band="hot", owner=None)
    PortalInvitation.objects.all().delete()
    lead.refresh_from_db()
    for _ in range(2):
        routing.route(lead, by=WEB, at=now(), cause="rerouted")
    invitation = PortalInvitation.objects.get(lead=lead)
    assert invitation.released_at is None


@pytest.mark.req("ROUTE-16")
def test_a_reps_own_lead_stays_hers_and_leaves_its_assignment(cast, lead_of):
    row = lead_of(cast.colleague).assignments.get()
    assert (row.cause, row.owner_id) == ("own", cast.colleague.id)
    assert row.accepted_at is not None


@pytest.mark.req("ROUTE-09")
def test_many_are_routed_as_a_set_fairly_with_one_audit_entry(cast, pair):
    from rounds.models import AuditEntry

    at = now()
    with routing.together(by=WEB, at=at):
        made = [leads.capture({"name": f"Person {n}", "state": "NY", "organization": f"Org {n}", "facts": {"beds": 612}},
                              by=WEB, at=at, quiet=True) for n in range(12)]  # fmt: skip
        assert {lead.owner_id for lead in made} == {None}
    Lead.objects.update(driving_band="warm", owner=None)
    rows = routing.route_many(list(Lead.objects.order_by("name")), by=WEB, at=now(), cause="rerouted")
    owners = [row.owner_id for row in rows]
    assert {owner: owners.count(owner) for owner in owners} == {pair[0].id: 6, pair[1].id: 6}
    assert Assignment.objects.filter(ended_at=None).count() == 12
    assert AuditEntry.objects.filter(verb="lead.route_many").count() == 2
    assert routing.route_many(list(Lead.objects.all()), by=WEB, at=now()) == []


@pytest.mark.req("ROUTE-09", "ROUTE-08", "LEAD-26")
def test_many_that_are_not_quiet_have_their_clocks_and_their_owners_hear_of_them(cast, pair, as_seen_by):
    from rounds.models import Notification, Task

    at = now()
    with routing.together(by=WEB, at=at, quiet=False):
        made = [leads.capture({"name": f"Person {n}", "state": "NY", "organization": f"Org {n}", "facts": {"beds": 612}}, by=WEB, at=at)
                for n in range(4)]  # fmt: skip
    for lead in Lead.objects.filter(pk__in=[one.pk for one in made]):
        assert lead.owner_id is not None
        promised = Task.objects.filter(lead=lead, done_at=None, dropped_at=None).exclude(clock="")
        assert "assignment" not in {task.clock for task in promised}, "it has its owner"
        assert promised.get(clock="first_response").owner_id == lead.owner_id
        with as_seen_by(lead.owner):
            assert Notification.objects.filter(lead=lead, kind="lead.assigned").count() == 1
    quiet = [leads.capture({"name": "Quiet One", "state": "NY"}, by=WEB, at=at, quiet=True)]
    Lead.objects.filter(pk=quiet[0].pk).update(owner=None)
    routing.route_many(quiet, by=WEB, at=now())
    assert not Task.objects.filter(lead=quiet[0]).exists()
