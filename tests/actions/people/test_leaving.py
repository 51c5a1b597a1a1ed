"""Leaving: one action, everything dead, everything handed over, and the last admin stays."""

from __future__ import annotations

import threading
import time

import pytest

from rounds.actions.desk import changes
from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts
from rounds.actions.people import admins, handovers, invitations, leaving, logins, teams, users
from rounds.actions.trust import tokens
from rounds.jobs import changes as job
from rounds.kit.clock import now
from rounds.models import Account, ApiToken, AuditEntry, Batch, Contact, Event, Lead, SavedView, User

pytestmark = pytest.mark.req("SEC-02")


def away(user, cast, *, heir=None, by=None):
    return leaving.send_away(user, heir=heir, reason="left the company", by=(by or cast.admin).actor, at=now())


@pytest.fixture
def book(cast, lead_of):
    """A system of the owner's with a hospital and a contact, and two leads."""
    at = now()
    system = accounts.add(name="Meridian Health", level="system", state="NY", by=cast.admin.actor, at=at)
    accounts.add(name="Meridian East", state="NY", parent=system, by=cast.admin.actor, at=at)
    accounts.assign(system, cast.owner, by=cast.admin.actor, at=at)
    contacts.add(system, name="Ann Reed", by=cast.owner.actor, at=at)
    accounts.assign(system, None, by=cast.admin.actor, at=at)
    accounts.assign(system, cast.owner, by=cast.admin.actor, at=at)
    return system, [lead_of(cast.owner, name=f"Lead {n}") for n in range(2)]


def owned(user) -> tuple[int, int, int]:
    return tuple(model.objects.filter(owner=user).count() for model in (Account, Contact, Lead))


@pytest.mark.req("COMPL-03")
def test_what_was_theirs_goes_to_the_heir_and_back(cast, book):
    before = owned(cast.owner)
    assert before[0] >= 1
    assert before[2] == 2
    what = away(cast.owner, cast, heir=cast.senior_ae)
    assert (what.rows["account"], what.rows["contact"], what.rows["lead"]) == before
    assert owned(cast.owner) == (0, 0, 0)
    assert owned(cast.senior_ae) == before
    batch = handovers.latest(cast.owner)
    told = Event.objects.filter(batch_id=batch.id)
    assert told.filter(kind__endswith=".assigned").count() == before[0] + before[2]
    assert {event.quiet for event in told} == {True}
    assert told.filter(kind="lead.assigned").first().payload["owner_name"] == "Simon Ekholm"
    with pytest.raises(handovers.StillAway):
        handovers.undo(batch, by=cast.admin.actor, at=now())
    leads.assign(book[1][0], cast.inside, by=cast.admin.actor, at=now())
    invitations.reinstate(cast.owner, by=cast.admin.actor, at=now())
    assert handovers.undo(batch, by=cast.admin.actor, at=now()) == (sum(before) - 1, 1)
    assert Lead.objects.get(pk=book[1][0].pk).owner == cast.inside, "changed since: left as it is"
    assert Lead.objects.get(pk=book[1][1].pk).team == cast.enterprise
    with pytest.raises(handovers.HandoverGone):
        handovers.undo(batch, by=cast.admin.actor, at=now())


def test_to_nobody_puts_it_back_into_the_queue(cast, book):
    away(cast.owner, cast)
    assert not Lead.objects.exclude(owner=None).filter(name__startswith="Lead").exists()
    assert Event.objects.filter(kind="account.assigned", payload__owner_after=None).exists()


def test_every_way_in_is_closed_and_what_they_made_stays(cast, door):
    SavedView.objects.create(noun="lead", name="Mine", user=cast.owner, created_at=now())
    _, token = tokens.make(cast.owner, name="t", scopes=["leads:read"], by=cast.owner.actor, at=now())
    link = logins.make_link(cast.owner, by=cast.owner.actor, at=now())
    browser = door(cast.owner)
    what = leaving.preview(cast.owner, at=now())
    assert (what.tokens, what.links, what.views, what.sessions) == (1, 1, 1, 1)
    away(cast.owner, cast)
    assert browser.get("/leads/").status_code == 302
    with pytest.raises(tokens.TokenDead):
        tokens.use(token, at=now())
    with pytest.raises(logins.LinkSpent):
        logins.use_link(link, at=now())
    assert SavedView.objects.filter(user=cast.owner).exists()
    gone = User.objects.get(pk=cast.owner.pk)
    assert (gone.is_active, gone.left_at is not None, gone.has_usable_password()) == (False, True, False)
    entry = AuditEntry.objects.get(verb="user.leave")
    assert entry.detail["reason"] == "left the company"
    with pytest.raises(leaving.HasLeft):
        away(cast.owner, cast)


def test_their_running_change_stops_with_a_sentence(cast, lead_of, monkeypatch):
    monkeypatch.setattr(changes, "CHUNK", 2)
    rows = [lead_of(cast.inside, name=f"Row {n}") for n in range(5)]
    by = cast.manager.actor
    batch = changes.begin("lead.assign", [row.id for row in rows], {"owner": "none"}, by=by, at=now())
    changes.carry_on(batch, by=by, at=now())
    away(cast.manager, cast)
    done = job.finish(batch.id)
    assert "Marian Holt was sent away" in done.detail["stopped"]
    assert Lead.objects.filter(name__startswith="Row", owner=None).count() == 2
    other = changes.begin("lead.assign", [row.id for row in rows], {"owner": "none"}, by=cast.senior_ae.actor, at=now())
    User.objects.filter(pk=cast.senior_ae.pk).update(is_active=False)
    assert "sent away" in job.finish(other.id).detail["stopped"]


def test_the_last_admin_neither_leaves_nor_is_demoted(cast):
    for deed in (
        lambda: away(cast.admin, cast, by=cast.revops),
        lambda: users.change(cast.admin, {"role": "ae"}, by=cast.revops.actor, at=now()),
    ):
        with pytest.raises(admins.LastAdmin):
            deed()
    invited, _ = invitations.invite("new@vendor.example", "New Admin", role="admin", by=cast.admin.actor, at=now())
    with pytest.raises(admins.LastAdmin):
        away(cast.admin, cast)  # somebody who has not joined yet keeps nothing running
    invited.joined_at = now()
    invited.save()
    away(cast.admin, cast)


def test_a_heir_must_be_somebody_who_works_with_accounts(cast):
    for heir in (cast.owner, cast.security, cast.integration):
        with pytest.raises(users.PersonRefused):
            away(cast.owner, cast, heir=heir)
    with pytest.raises(users.PersonRefused, match="Say why"):
        leaving.send_away(cast.owner, heir=None, reason=" ", by=cast.admin.actor, at=now())


def test_nobody_raises_themselves_also_not_through_a_token(cast):
    from rounds.kit.actor import Actor

    row, _ = tokens.make(cast.admin, name="t", scopes=["people:write"], by=cast.admin.actor, at=now())
    for by in (cast.revops.actor, Actor("integration", row.id, "t")):
        who = cast.revops if by.kind == "user" else cast.admin
        with pytest.raises(users.NotYourOwn):
            users.change(who, {"role": "manager"}, by=by, at=now())
        with pytest.raises(users.NotYourOwn):
            users.change(who, {"territories": ["West"]}, by=by, at=now())
    users.change(cast.revops, {"name": "Rowan V. Vale"}, by=cast.revops.actor, at=now())


def test_a_change_is_audited_with_before_and_after(cast):
    users.change(cast.owner, {"role": "senior_ae", "team": cast.growth, "territories": ["West", "Northeast"]},
                 by=cast.admin.actor, at=now())  # fmt: skip
    said = AuditEntry.objects.get(verb="user.change").detail["changed"]
    assert said["role"] == ["ae", "senior_ae"]
    assert said["team"] == ["Enterprise", "Growth"]
    assert set(said["territories"][1]) == {"Northeast", "West"}


def test_a_team_ends_only_when_empty(cast):
    with pytest.raises(teams.TeamNotEmpty, match="Ines Duarte stands in Mid-market"):
        teams.end(cast.mid_market, by=cast.admin.actor, at=now())
    teams.join(None, cast.inside, by=cast.admin.actor, at=now())
    assert teams.end(cast.mid_market, by=cast.admin.actor, at=now()).ended_at
    with pytest.raises(teams.TeamRefused, match="named Growth already"):
        teams.change(cast.enterprise, {"name": "Growth"}, by=cast.admin.actor, at=now())


@pytest.mark.req("SEC-12", "SEC-11")
def test_a_portal_user_belongs_to_a_customer_and_has_no_token(cast):
    customer = accounts.add(name="Meridian Health", state="NY", by=cast.admin.actor, at=now())
    with pytest.raises(users.PersonRefused, match="name the account"):
        users.add("pat@customer.example", "Pat Lee", role="portal", by=cast.admin.actor, at=now())
    pat = users.add("pat@customer.example", "Pat Lee", role="portal", portal_account=customer, by=cast.admin.actor, at=now())
    with pytest.raises(tokens.NoTokens):
        tokens.make(pat, name="t", scopes=["leads:read"], by=cast.admin.actor, at=now())
    _, token = tokens.make(cast.owner, name="t", scopes=["leads:read"], by=cast.admin.actor, at=now())
    User.objects.filter(pk=cast.owner.pk).update(role="portal")
    with pytest.raises(tokens.TokenDead):
        tokens.use(token, at=now())


@pytest.mark.req("SEC-11")
def test_a_token_reaches_no_further_than_its_role(cast):
    # An officer does her own tasks; records she neither reads nor changes.
    assert tokens.scopes_for(cast.security) == ["tasks:read", "tasks:write", "playbook:read", "people:read", "audit:read"]
    assert "people:write" in tokens.scopes_for(cast.admin)
    with pytest.raises(tokens.TokenRefused, match="does not reach people:write"):
        tokens.make(cast.owner, name="t", scopes=["people:write"], by=cast.owner.actor, at=now())
    with pytest.raises(logins.NeverLogsIn):
        logins.make_link(cast.integration, by=cast.admin.actor, at=now())
    assert ApiToken.objects.count() == 0


def test_two_admins_who_send_each_other_away_at_once_leave_one(committed):
    """In a database of its own, each in a thread with its own connection: the second waits and is refused."""
    from django.db import connection, transaction

    from rounds.access.sight import EVERYTHING, sight
    from rounds.jobs.demo.cast import build_cast

    with sight(EVERYTHING):
        cast = build_cast(now())
        other = users.add("bo@vendor.example", "Bo Lind", role="admin", by=cast.admin.actor, at=now())
    outcome: list[str] = []

    def go(user, by) -> None:
        try:
            with sight(EVERYTHING), transaction.atomic():
                leaving.send_away(user, heir=None, reason="left", by=by.actor, at=now())
                time.sleep(0.3)
            outcome.append("left")
        except admins.LastAdmin:
            outcome.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in ((other, cast.admin), (cast.admin, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["left", "stays"]
    assert User.objects.filter(role="admin", is_active=True).count() == 1
    assert Batch.objects.count() == 0


@pytest.mark.req("COMPL-03", "ROUTE-16")
def test_the_open_leads_of_who_leaves_go_to_their_team_by_the_router_and_come_back(cast, lead_of):
    ruth = users.add("ruth@rounds.example", "Ruth Amsel", role="ae", team=cast.enterprise, territories=["Northeast"],
                     by=cast.admin.actor, at=now())  # fmt: skip
    made = [lead_of(cast.owner, name=f"Person {n}") for n in range(4)]
    Lead.objects.update(driving_band="warm", segment="enterprise", territory="Northeast")
    leaving.send_away(cast.owner, heir=None, reason="Moves on", by=cast.admin.actor, at=now(), leads_to="routing")
    assert set(Lead.objects.filter(pk__in=[lead.pk for lead in made]).values_list("owner_id", flat=True)) == {ruth.id}
    row = made[0].assignments.get(ended_at=None)
    assert (row.cause, row.before_id, bool(row.reason)) == ("handover", cast.owner.id, True)
    leads.assign(Lead.objects.get(pk=made[0].pk), cast.senior_ae, by=cast.admin.actor, at=now())
    User.objects.filter(pk=cast.owner.pk).update(is_active=True)
    assert handovers.undo(handovers.latest(cast.owner), by=cast.admin.actor, at=now()) == (3, 1)
    assert Lead.objects.filter(owner=cast.owner).count() == 3


@pytest.mark.req("LEAD-26")
@pytest.mark.parametrize("leads_to", ["heir", "routing"])
def test_what_a_leaver_had_to_do_goes_along_and_comes_back(cast, lead_of, leads_to):
    from rounds.actions.desk import tasks
    from rounds.actions.people import handovers
    from rounds.models import Lead, Task

    by, at = cast.admin.actor, now()
    lead = lead_of(cast.owner)
    mine = tasks.add("Send the study", kind="other", owner=cast.owner, by=by, at=at)
    clocks = Task.objects.filter(lead=lead, owner=cast.owner, done_at=None, dropped_at=None)
    keys = set(clocks.values_list("pk", flat=True))
    assert keys
    User.objects.filter(pk=cast.owner.pk).update(is_active=False)
    batch = handovers.hand_over(cast.owner, cast.colleague, reason="left", by=by, at=at, leads_to=leads_to)
    owner = Lead.objects.get(pk=lead.pk).owner_id
    assert set(Task.objects.filter(pk__in=keys).values_list("owner_id", flat=True)) == {owner or cast.colleague.id}
    mine.refresh_from_db()
    assert mine.owner_id == cast.colleague.id
    assert not Task.objects.filter(owner=cast.owner, done_at=None, dropped_at=None).exists()
    User.objects.filter(pk=cast.owner.pk).update(is_active=True)
    handovers.undo(batch, by=by, at=now())
    assert set(Task.objects.filter(pk__in=[*keys, mine.pk]).values_list("owner_id", flat=True)) == {cast.owner.id}
