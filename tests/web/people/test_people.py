"""People as an admin sees them: the list, a person's page, invitations, leaving, teams."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from rounds.actions.people import invitations, teams
from rounds.actions.trust import tokens
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import ApiToken, Session, Team, User
from tests.web.leads.test_list import text

pytestmark = pytest.mark.req("SEC-02")


def made_link(answer) -> str:
    return re.search(r'value="([^"]+/login/link/[^"]+)"', answer.content.decode())[1].split("/", 3)[3]


def test_the_list_says_who_is_here_as_what(cast, door):
    page = door(cast.admin).get("/people/?f=state.is.active&f=role.is.ae")
    shown = text(page)
    assert "Olivia Grant" in shown
    assert "Account executive" in shown
    assert "Ada Lindqvist" not in [row.name for row in page.context["rows"]]
    assert page.context["total"] == 2
    assert [row.name for row in door(cast.admin).get("/people/?f=words.has.olivia grant").context["rows"]] == ["Olivia Grant"]
    file = door(cast.admin).post("/lists/person/exports/", {"query": "f=", "as": "csv", "reason": "review"})
    assert "Olivia Grant,Account executive" in file.content.decode()
    assert "/people/new/" in page.content.decode()
    assert "/people/new/" not in door(cast.security).get("/people/?f=").content.decode()
    for asked in ("f=territory.is.West", "f=second.is.no&f=state.is.active", "f=seen.unknown", "sort=-seen", "f=team.known", ""):
        assert door(cast.security).get(f"/people/?{asked or 'f='}").status_code == 200


@pytest.mark.parametrize("who", ["owner", "manager", "executive", "legal"])
def test_nobody_else_opens_it_by_any_address(cast, door, who):
    client = door(getattr(cast, who))
    for path in ("/people/?f=", "/people/new/", f"/people/{cast.owner.pk}/", f"/people/{cast.owner.pk}/preview/", "/teams/"):
        assert client.get(path).status_code == 403, path
    assert client.post("/lists/person/exports/", {"query": ""}).status_code in (403, 404)
    assert "/people/" not in client.get("/").content.decode()


def test_who_only_reads_changes_nothing(cast, door):
    client, key = door(cast.security), cast.owner.pk
    page = client.get(f"/people/{key}/")
    assert page.status_code == 200
    assert "leaving/" not in text(page)
    for path in ("placing/", "link/", "invitation/", "invitation/withdrawal/", "leaving/", "factors/resetting/", "handover/undoing/"):
        assert client.post(f"/people/{key}/{path}", {"reason": "x", "role": "admin"}).status_code == 403, path
    assert client.post("/teams/", {"name": "New"}).status_code == 403
    cast.owner.refresh_from_db()
    assert (cast.owner.role, cast.owner.is_active) == ("ae", True)


def test_from_the_invitation_to_the_first_page(cast, door):
    admin = door(cast.admin)
    answer = admin.post("/people/new/", {"name": "Nora Fields", "email": "Nora@Vendor.example", "role": "ae",
                                         "team": str(cast.enterprise.pk), "territories": ["West"]})  # fmt: skip
    link = made_link(answer)
    nora = User.objects.get(email="nora@vendor.example")
    assert (nora.team, nora.territories, nora.joined_at) == (cast.enterprise, ["West"], None)
    browser = Client()
    first = browser.post(f"/{link}")
    assert first["Location"] == "/me/password/"
    assert "Choose a password" in text(browser.get("/me/password/"))
    weak = browser.post("/me/password/", {"password": "NoraFields1!", "again": "NoraFields1!"})
    assert weak.status_code == 422
    good = {"password": "copper lantern thursday orchard", "again": "copper lantern thursday orchard"}
    assert browser.post("/me/password/", good)["Location"] == "/"
    assert browser.get("/").status_code == 200, "the session it was set in goes on"
    nora.refresh_from_db()
    assert nora.joined_at is not None
    assert nora.check_password("copper lantern thursday orchard")
    assert Client().post(f"/{link}").status_code == 403


def test_a_faulty_invitation_keeps_what_was_typed(cast, door):
    for said, field in (
        ({"name": "", "email": "a@b.example", "role": "ae"}, "name"),
        ({"name": "A", "email": "nonsense", "role": "ae"}, "email"),
        ({"name": "A", "email": cast.owner.email, "role": "ae"}, "email"),
        ({"name": "A", "email": "a@b.example", "role": "emperor"}, "role"),
        ({"name": "A", "email": "a@b.example", "role": "portal"}, "portal_account"),
        ({"name": "A", "email": "a@b.example", "role": "portal", "portal_account": "Nowhere"}, "portal_account"),
        ({"name": "A", "email": "a@b.example", "role": "ae", "team": "x"}, "team"),
        ({"name": "A", "email": "a@b.example", "role": "ae", "territories": ["Moon"]}, "territories"),
    ):
        answer = door(cast.admin).post("/people/new/", said)
        assert (answer.status_code, answer.context["field"]) == (422, field), said
    assert not User.objects.filter(email="a@b.example").exists()


def test_an_invitation_is_renewed_and_withdrawn(cast, door):
    nora, old = invitations.invite("nora@vendor.example", "Nora Fields", role="ae", by=cast.admin.actor, at=now())
    admin = door(cast.admin)
    new = made_link(admin.post(f"/people/{nora.pk}/invitation/"))
    assert Client().post(f"/login/link/{old}/").status_code == 403
    admin.post(f"/people/{nora.pk}/invitation/withdrawal/")
    assert Client().post(f"/{new}").status_code == 403
    again = made_link(admin.post(f"/people/{nora.pk}/invitation/"))
    assert Client().post(f"/{again}")["Location"] == "/me/password/"


def test_a_new_role_holds_at_the_next_request(cast, door):
    rep, admin = door(cast.owner), door(cast.admin)
    assert rep.get("/people/?f=").status_code == 403
    said = {"name": "Olivia Grant", "role": "security", "team": "", "time_zone": "Europe/Berlin", "portal_account": ""}
    assert admin.post(f"/people/{cast.owner.pk}/placing/", said).status_code == 302
    assert rep.get("/people/?f=").status_code == 200
    assert rep.get("/leads/?f=").status_code == 403
    own = admin.post(f"/people/{cast.admin.pk}/placing/", said | {"role": "ae"})
    assert own.status_code == 403
    assert User.objects.get(pk=cast.admin.pk).role == "admin"


def test_sending_away_shows_first_what_would_happen(cast, door, lead_of):
    lead_of(cast.owner)
    cast.enterprise.manager = cast.owner
    cast.enterprise.save()
    admin, rep = door(cast.admin), door(cast.owner)
    page = text(admin.get(f"/people/{cast.owner.pk}/leaving/"))
    assert "Olivia Grant owns 1 record" in page
    assert "Looks after" in page
    assert admin.post(f"/people/{cast.owner.pk}/leaving/", {"heir": "", "reason": ""}).status_code == 422
    assert rep.get("/me/").status_code == 200
    done = admin.post(f"/people/{cast.owner.pk}/leaving/", {"heir": str(cast.senior_ae.pk), "reason": "left"}, follow=True)
    assert "1 records went to Simon Ekholm" in text(done)
    assert rep.get("/me/").status_code == 302
    assert "Has left" in text(admin.get("/teams/"))
    admin.post(f"/people/{cast.owner.pk}/invitation/")
    back = admin.post(f"/people/{cast.owner.pk}/handover/undoing/", follow=True)
    assert "1 records are Olivia Grant’s again" in text(back)


def test_the_last_admin_is_told_why_not(cast, door):
    User.objects.filter(pk=cast.revops.pk).update(role="admin")
    other = door(cast.revops)
    assert other.post(f"/people/{cast.admin.pk}/leaving/", {"reason": "x"}).status_code == 302
    User.objects.filter(pk=cast.admin.pk).update(is_active=True, role="ae")
    refused = other.post(f"/people/{cast.revops.pk}/leaving/", {"reason": "x"})
    assert refused.status_code == 409
    assert "The last admin stays" in text(refused)


@pytest.mark.req("SEC-11")
def test_sessions_and_tokens_of_others_are_ended_from_their_page(cast, door):
    rep, admin = door(cast.owner), door(cast.admin)
    row, _ = tokens.make(cast.owner, name="sync", scopes=["leads:read"], by=cast.owner.actor, at=now())
    page = text(admin.get(f"/people/{cast.owner.pk}/"))
    assert "sync" in page
    admin.post(f"/people/{cast.owner.pk}/tokens/{row.pk}/revoking/")
    assert ApiToken.objects.get().revoked_at is not None
    live = Session.objects.get(user=cast.owner, ended_at=None)
    assert admin.post(f"/people/{cast.owner.pk}/sessions/ending/", {"session": str(live.pk)}).status_code == 422
    admin.post(f"/people/{cast.owner.pk}/sessions/ending/", {"session": str(live.pk), "reason": "lost telephone"})
    assert rep.get("/me/").status_code == 302
    assert admin.post(f"/people/{cast.owner.pk}/tokens/{cast.admin.pk}/revoking/").status_code == 404


def test_who_manages_teams_does_not_look_after_one_themselves(cast, door):
    """A manager sees the records of the team: it would be a way to see more than one's role gives."""
    revops, mine = door(cast.revops), str(cast.revops.pk)
    before = Team.objects.get(pk=cast.growth.pk).manager_id
    for refused in (revops.post("/teams/", {"name": "Mine", "manager": mine}),
                    revops.post(f"/teams/{cast.growth.pk}/", {"name": "Growth", "segment": cast.growth.segment, "manager": mine})):  # fmt: skip
        assert refused.status_code == 403
        assert "Nobody makes themselves the manager of a team" in text(refused)
    assert Team.objects.get(pk=cast.growth.pk).manager_id == before
    assert not Team.objects.filter(name="Mine").exists()
    assert revops.post("/teams/", {"name": "Theirs", "manager": str(cast.manager.pk)}).status_code == 302
    assert door(cast.admin).post("/teams/", {"name": "Office", "manager": str(cast.admin.pk)}).status_code == 302


def test_not_by_a_token_either(cast):
    tokens.make(cast.revops, name="t", scopes=tokens.scopes_for(cast.revops), by=cast.revops.actor, at=now())
    token = ApiToken.objects.get(user=cast.revops)
    with pytest.raises(teams.NotYourOwnTeam):
        teams.change(cast.growth, {"manager": cast.revops}, by=Actor("integration", token.pk, "t"), at=now())


def test_a_team_from_first_to_last(cast, door):
    admin = door(cast.admin)
    made = admin.post("/teams/", {"name": " Lakes ", "segment": "growth", "manager": str(cast.manager.pk)}, follow=True)
    team = Team.objects.get(name="Lakes")
    assert "Marian Holt looks after it" in text(made)
    admin.post(f"/teams/{team.pk}/members/", {"person": str(cast.inside.pk)})
    assert User.objects.get(pk=cast.inside.pk).team == team
    assert admin.post(f"/teams/{team.pk}/ending/").status_code == 409
    assert admin.post(f"/teams/{team.pk}/", {"name": "Growth", "segment": "", "manager": ""}).status_code == 422
    admin.post(f"/teams/{team.pk}/members/", {"out": str(cast.inside.pk)})
    assert admin.post(f"/teams/{team.pk}/ending/")["Location"] == "/teams/"
    assert door(cast.revops).post(f"/teams/{cast.growth.pk}/members/", {"person": str(cast.inside.pk)}).status_code == 403
