"""Sessions (PLUS-35): how long they last, what ends them, and being asked again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from rounds.access.sight import look_as
from rounds.actions.people import factors, sessions
from rounds.kit.clock import frozen_at, now
from rounds.kit.scope import Scope
from rounds.models import AuditEntry, Device, Session
from rounds.web.proof import sensitive
from tests.web.people.conftest import PASSWORD, is_in, log_in

pytestmark = pytest.mark.req("PLUS-35", "SEC-05")


def everything():
    look_as(Scope(everything=True))


def after(**span):
    return frozen_at(now() + timedelta(**span))


@pytest.mark.parametrize(("recognise", "stays", "ends"), [("", 59, 61), ("1", 239, 241)])
def test_a_session_ends_idle_sooner_on_a_strange_browser(cast, with_password, recognise, stays, ends):
    with_password(cast.owner)
    client, at = Client(), now()
    log_in(client, cast.owner, recognise=recognise)
    with frozen_at(at + timedelta(minutes=stays)):
        assert is_in(client)
    with frozen_at(at + timedelta(minutes=stays + ends)):
        assert not is_in(client)
    everything()
    assert Session.objects.get(user=cast.owner).ended_why == "idle"


def test_a_session_ends_after_twelve_hours_however_busy(cast, with_password):
    with_password(cast.owner)
    client, at = Client(), now()
    log_in(client, cast.owner, recognise="1")
    for hours in range(1, 12):
        with frozen_at(at + timedelta(hours=hours)):
            assert is_in(client)
    with frozen_at(at + timedelta(hours=12, seconds=1)):
        assert not is_in(client)
    everything()
    assert Session.objects.get(user=cast.owner).ended_why == "absolute"


def test_polling_keeps_nobody_in(cast, with_password):
    with_password(cast.owner)
    client, at = Client(), now()
    log_in(client, cast.owner)
    for minutes in range(10, 60, 10):
        with frozen_at(at + timedelta(minutes=minutes)):
            assert client.get("/", headers={"rounds-polled": "1"}).status_code == 200
    with frozen_at(at + timedelta(minutes=61)):
        assert not is_in(client)


def test_what_polls_says_so():
    from django.template.loader import render_to_string

    html = render_to_string("market/universe/progress.html", {"job": {"alive": True, "title": "x", "done": 1, "of": 2, "poll": "/p/", "phases": []}})
    assert "every 1s" in html
    assert "Rounds-Polled" in html


urlpatterns = [path("inner/", sensitive(lambda request: HttpResponse("in"))), path("", include("rounds.project.urls"))]


def test_a_sensitive_page_asks_again_after_a_quarter_of_an_hour_and_no_detour_helps(cast, with_password, settings):
    settings.ROOT_URLCONF = __name__
    with_password(cast.admin)
    client, at = Client(), now()
    log_in(client, cast.admin, recognise="1")
    assert client.get("/inner/").status_code == 200
    with frozen_at(at + timedelta(minutes=16)):
        for _ in range(2):
            assert client.get("/inner/")["Location"] == "/login/again/?next=/inner/"
        assert client.get("/login/again/").status_code == 200
        assert b"Not shown yet" in client.post("/login/again/", {"password": "wrong"}).content
        assert client.get("/").status_code == 200, "other pages go on"
        assert client.get("/inner/").status_code == 302, "which does not open this one"
    with frozen_at(at + timedelta(minutes=17)):
        assert client.get("/inner/").status_code == 302
        answer = client.post("/login/again/", {"password": PASSWORD, "next": "/inner/"})
        assert (answer.status_code, answer["Location"]) == (302, "/inner/")
        assert client.get("/inner/").status_code == 200
    everything()
    assert AuditEntry.objects.get(verb="step_up").detail["way"] == "password"


def test_code_and_recovery_code_prove_as_well_but_once(cast, with_app):
    person, client = with_app(cast.owner), Client()
    client.force_login(cast.owner)
    code = person.code()
    for said in (code, person.codes[0]):
        assert client.post("/login/again/", {"code": said, "next": "/leads/"})["Location"] == "/leads/"
        assert b"Not shown yet" in client.post("/login/again/", {"code": said}).content


def test_who_came_by_link_and_has_nothing_to_show_is_told_what_to_do(cast):
    client = Client()
    client.force_login(cast.owner)
    page = client.get("/login/again/?next=/leads/").content
    assert b"log in with a new link" in page
    assert b'type="password"' not in page


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_being_asked_again_leads_nowhere_else(cast, with_password, away):
    with_password(cast.owner)
    client = Client()
    log_in(client, cast.owner)
    assert client.post("/login/again/", {"password": PASSWORD, "next": away})["Location"] == "/"


def test_adding_and_removing_factors_needs_a_proof(cast, with_app):
    with_app(cast.owner)
    client = Client()
    client.force_login(cast.owner)
    key = factors.held(cast.owner)[0].id
    with after(minutes=16):
        for there in ("app/", "key/", "codes/", f"factors/{key}/name/", f"factors/{key}/removal/"):
            answer = client.post(f"/me/security/{there}")
            assert answer["Location"].startswith("/login/again/"), there
    everything()
    assert len(factors.held(cast.owner)) == 1


def test_ending_a_session_ends_it_elsewhere_at_once(cast, with_password):
    with_password(cast.owner)
    here, there, third = Client(), Client(), Client()
    for client in (here, there, third):
        log_in(client, cast.owner)
    page = here.get("/me/security/").content.decode()
    assert page.count("This one") == 1
    assert page.count("Firefox on Linux") >= 3
    everything()
    other = Session.objects.get(cookie_digest=there.session._digest())
    here.post(f"/me/security/sessions/{other.id}/end/")
    assert not is_in(there)
    assert is_in(third)
    here.post("/me/security/sessions/others/end/")
    assert not is_in(third)
    assert is_in(here)
    everything()
    assert AuditEntry.objects.filter(verb="session.end", subject_id=cast.owner.id).count() == 2


def test_nobody_ends_or_sees_what_is_another_persons(cast, with_app):
    with_app(cast.owner)
    theirs, mine = Client(), Client()
    theirs.force_login(cast.owner)
    mine.force_login(cast.colleague)
    everything()
    row, factor = Session.objects.get(user=cast.owner), factors.held(cast.owner)[0]
    device = Device.objects.create(user=cast.owner, digest=b"x" * 32, first_at=now(), seen_at=now())
    for there in (f"sessions/{row.id}/end/", f"factors/{factor.id}/removal/", f"factors/{factor.id}/name/", f"devices/{device.id}/removal/"):
        assert mine.post(f"/me/security/{there}", {"name": "mine"}).status_code == 404, there
    assert is_in(theirs)
    everything()
    assert factors.held(cast.owner)[0].name == "Authenticator app"


def test_the_last_factor_stays_while_the_role_asks_for_one(cast, with_app, asked):
    with_app(cast.owner)
    client, other = Client(), Client()
    client.force_login(cast.owner)
    other.force_login(cast.owner)
    factor = factors.held(cast.owner)[0]
    answer = client.post(f"/me/security/factors/{factor.id}/removal/")
    assert answer.status_code == 409
    assert b"Add another first" in answer.content
    everything()
    second = factors.begin(cast.owner, "totp", at=now())
    import pyotp

    assert factors.confirm(second, pyotp.TOTP(second.secret).now(), by=cast.owner.actor, at=now())
    assert client.post(f"/me/security/factors/{factor.id}/removal/").status_code == 302
    assert is_in(client)
    assert not is_in(other), "the other sessions end with it"
    everything()
    factor.refresh_from_db()
    assert (factor.secret, factor.removed_at is not None) == ("", True)


def test_an_admins_reset_takes_all_away_and_ends_everything(cast, with_app, asked):
    person, client = with_app(cast.owner), Client()
    client.force_login(cast.owner)
    with pytest.raises(factors.FactorRefused):
        factors.reset(cast.owner, by=cast.admin.actor, at=now(), reason=" ")
    assert factors.reset(cast.owner, by=cast.admin.actor, at=now(), reason="telephone lost") == 1
    assert not is_in(client)
    assert log_in(client, cast.owner)["Location"] == "/login/enrol/"
    assert person.user.recovery_codes.count() == 0
    with pytest.raises(sessions.SessionRefused):
        sessions.end_all(cast.owner, by=cast.admin.actor, at=now())


def test_a_forgotten_browser_is_as_any_other(cast, with_password):
    with_password(cast.owner)
    client, at = Client(), now()
    log_in(client, cast.owner, recognise="1")
    everything()
    device = Device.objects.get(user=cast.owner)
    client.post(f"/me/security/devices/{device.id}/removal/")
    with frozen_at(at + timedelta(minutes=61)):
        assert not is_in(client)
    with frozen_at(at + timedelta(days=31)):
        log_in(client, cast.owner, recognise="1")
        everything()
        assert Device.objects.filter(user=cast.owner).count() == 2


def test_a_new_password_keeps_this_session_under_another_cookie_and_ends_the_others(cast, with_password):
    with_password(cast.owner)
    client, other = Client(), Client()
    log_in(client, cast.owner, recognise="1")
    log_in(other, cast.owner)
    everything()
    before, cookie = Session.objects.get(cookie_digest=client.session._digest()), client.cookies["sessionid"].value
    fresh = "another long password 4711 kept apart"
    assert client.post("/me/password/", {"current": PASSWORD, "password": fresh, "again": fresh}).status_code == 302
    assert client.cookies["sessionid"].value != cookie
    assert is_in(client)
    assert not is_in(other)
    everything()
    row = Session.objects.get(user=cast.owner, ended_at=None)
    assert (row.pk, row.device_id, row.began_at, row.factors) == (before.pk, before.device_id, before.began_at, ["password"])


def test_logging_out_is_noted_and_the_row_stays(cast, with_password):
    with_password(cast.owner)
    client = Client()
    log_in(client, cast.owner)
    client.post("/logout/")
    assert not is_in(client)
    everything()
    assert Session.objects.get(user=cast.owner).ended_why == "logged out"
    assert AuditEntry.objects.filter(verb="logout", subject_id=cast.owner.id).count() == 1


def test_what_ended_long_ago_is_dropped(cast, with_password):
    from rounds.jobs import chores

    with_password(cast.owner)
    log_in(Client(), cast.owner, recognise="1")
    log_in(Client(), cast.owner, "wrong")
    Client().post("/login/key/options/")
    with after(hours=13):
        everything()
        chores.forget_sign_in()
        assert [row.user for row in Session.objects.all()] == [cast.owner], "nobody's session is gone"
    with after(days=120):
        everything()
        assert chores.forget_sign_in() >= 3
        assert (Session.objects.count(), Device.objects.count()) == (0, 0)
