"""What the portal shows of a customer's own, to them alone; their signature, with name and time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.access.portal import customers_eyes
from rounds.access.sight import sight
from rounds.actions.customers import customers, implementations, planning
from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts
from rounds.actions.people import users
from rounds.actions.portal import invitations
from rounds.kit.clock import now
from rounds.models import (
    Account,
    Contact,
    Customer,
    CustomerIssue,
    Event,
    Implementation,
    Lead,
    PortalInvitation,
    ProjectStep,
    SignOff,
    User,
)
from rounds.models.base import signature
from rounds.models.flow.days import house_today

pytestmark = pytest.mark.req("SEC-12")


def bought(cast, name, parent=None):
    """A hospital with a project that was kicked off, and a person of it in the portal."""
    by, at = cast.admin.actor, now()
    account = accounts.add(name=name, level="hospital", state="NY", parent=parent, by=by, at=at)
    accounts.assign(account, cast.owner, by=by, at=at)
    account = Account.objects.get(pk=account.pk)
    customer = customers.bring_in(account, since=house_today() - timedelta(days=150), months=12, arr_cents=100, owner=cast.owner, by=by, at=at)
    project = implementations.begin(customer, f"{name} goes live", signed_on=house_today() - timedelta(days=150), by=by, at=at)
    implementations.kick_off(project, on=project.kickoff_on, by=by, at=at)
    person = users.add(f"kit@{name.split()[0].lower()}.example", f"Kit {name.split()[0]}", role="portal", portal_account=account, by=by, at=at)
    return account, Implementation.objects.get(pk=project.pk), person


def ready(cast, project):
    row = ProjectStep.objects.get(implementation=project, code="production")
    planning.finish(row, on=house_today(), by=cast.owner.actor, at=now())


@pytest.mark.req("IMPL-06")
def test_a_customer_signs_the_go_live_by_post_with_name_and_time(cast, door, see_all):
    account, project, person = bought(cast, "Alder Clinic")
    client, url = door(person), f"/portal/projects/{project.pk}/"
    assert b"Your signature" not in client.get(url).content, "production is not deployed yet"
    assert client.post(url + "signing/", {"name": "Kit Alder"}).status_code == 404
    see_all()
    ready(cast, project)
    page = client.get(url).content.decode()
    assert "Alder Clinic works with the system in production and accepts the go-live" in page
    assert client.get("/portal/").content.decode().count("Go-live: Alder Clinic goes live") == 1
    see_all()
    assert not SignOff.objects.exists(), "looking signs nothing"
    assert client.post(url + "signing/", {"name": "K", "word": "yes"}).status_code == 422
    assert client.post(url + "signing/", {"name": "Kit Alder", "word": "no"}).status_code == 422
    before = now()
    assert client.post(url + "signing/", {"name": "Kit Alder", "title": "CIO", "word": "yes"}).status_code == 302
    see_all()
    row = SignOff.objects.get()
    assert (row.name, row.title, row.accepted, row.by_id, row.account) == ("Kit Alder", "CIO", True, person.id, account)
    assert row.at >= before
    assert "accepts the go-live" in row.statement
    assert Implementation.objects.get(pk=project.pk).live_on == house_today()
    assert Customer.objects.get().phase == "live"
    assert Event.objects.filter(kind="portal.signed", account_id=account.id).count() == 1
    assert client.post(url + "signing/", {"name": "Kit Alder", "word": "yes"}).status_code == 409
    assert "Kit Alder, CIO" in client.get(url).content.decode()


def test_what_is_missing_becomes_an_issue_and_nothing_is_live(cast, door, see_all):
    _, project, person = bought(cast, "Alder Clinic")
    ready(cast, project)
    door(person).post(f"/portal/projects/{project.pk}/signing/", {"name": "Kit Alder", "word": "no", "remark": "The night shift is not trained"})
    see_all()
    assert Implementation.objects.get(pk=project.pk).live_on is None
    assert "night shift" in CustomerIssue.objects.get().title


def test_another_hospital_sees_nothing_not_even_of_the_same_system(cast, door, see_all):
    system = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now())
    _, theirs, _ = bought(cast, "Alder Clinic", parent=system)
    _, own, person = bought(cast, "Birch Hospital", parent=system)
    ready(cast, theirs)
    client = door(person)
    page = client.get("/portal/").content.decode()
    assert "Birch Hospital goes live" in page
    assert "Alder" not in page
    assert client.get(f"/portal/projects/{own.pk}/").status_code == 200
    for path in ("projects", "pocs", "proposals"):
        assert client.get(f"/portal/{path}/{theirs.pk}/").status_code == 404
        assert client.post(f"/portal/{path}/{theirs.pk}/signing/", {"name": "Kit Birch", "word": "yes"}).status_code == 404
    assert client.post(f"/portal/elsewhere/{own.pk}/signing/", {"name": "Kit Birch"}).status_code == 404
    see_all()
    assert not SignOff.objects.exists()


def test_their_eyes_are_tied_and_end_at_their_unit(cast):
    account, _, person = bought(cast, "Alder Clinic")
    bought(cast, "Birch Hospital")
    contacts.add(account, name="Bo Fox", title="CIO", by=cast.admin.actor, at=now())
    leads.capture({"name": "Ann Lee", "state": "NY"}, by=cast.admin.actor, at=now(), account=account)
    with sight(customers_eyes(person, account.buying_unit_id or account.id)):
        assert [row.account_id for row in Customer.objects.all()] == [account.id]
        assert Implementation.objects.count() == 1
        assert not Contact.objects.exists()
        assert not Lead.objects.exists()
    for somebody in (cast.owner, cast.admin):
        with sight(customers_eyes(somebody, account.id)):
            assert not Customer.objects.exists(), "nobody of ours sees anything by it"


@pytest.mark.req("ROUTE-11")
class TestInvitations:
    def test_a_held_one_is_sent_by_a_person_and_opens_the_account_of_the_lead(self, cast, door, see_all):
        account = accounts.add(name="Alder Clinic", level="hospital", state="NY", by=cast.admin.actor, at=now())
        lead = leads.capture({"name": "Ann Lee", "email": "ann@alder.example", "state": "NY"}, by=cast.admin.actor, at=now(), account=account, owner=cast.owner)
        row, _ = PortalInvitation.objects.get_or_create(lead=lead, defaults=signature(cast.admin.actor, now()))
        assert not User.objects.filter(email="ann@alder.example").exists()
        assert door(cast.owner).post(f"/leads/{lead.pk}/portal-invitation/", {"do": "release"}).status_code in (200, 302)
        see_all()
        person = User.objects.get(email="ann@alder.example")
        assert (person.role, person.portal_account, person.joined_at) == ("portal", account, None)
        row.refresh_from_db()
        assert row.released_at is not None
        with pytest.raises(invitations.Settled):
            invitations.release(row, by=cast.owner.actor, at=now())

    def test_a_dropped_one_invites_nobody(self, cast, lead_of):
        lead = lead_of(cast.owner, email="rosa@meridian.example")
        row, _ = PortalInvitation.objects.get_or_create(lead=lead, defaults=signature(cast.admin.actor, now()))
        invitations.drop(row, by=cast.owner.actor, at=now())
        with pytest.raises(invitations.Settled):
            invitations.release(row, by=cast.owner.actor, at=now())
        assert not User.objects.filter(role="portal").exists()

    def test_nobody_from_elsewhere_and_nobody_of_ours(self, cast):
        account = accounts.add(name="Alder Clinic", level="hospital", state="NY", by=cast.admin.actor, at=now())
        other = accounts.add(name="Birch Hospital", level="hospital", state="NY", by=cast.admin.actor, at=now())
        stranger = contacts.add(other, name="Bo Fox", title="CIO", email="bo@birch.example", by=cast.admin.actor, at=now())
        with pytest.raises(invitations.InvitationRefused, match="is not at Alder Clinic"):
            invitations.invite(account, stranger, by=cast.owner.actor, at=now())
        ours = contacts.add(account, name="Olivia", title="CIO", email=cast.owner.email, by=cast.admin.actor, at=now())
        with pytest.raises(invitations.InvitationRefused, match="belongs to somebody else"):
            invitations.invite(account, ours, by=cast.owner.actor, at=now())
