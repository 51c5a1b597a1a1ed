"""Log-in links: one person, once, for half an hour; looking at one changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from rounds.access.sight import look_as
from rounds.actions.people import leaving, logins
from rounds.kit.clock import now
from rounds.kit.scope import NOBODY, Scope
from rounds.models import AuditEntry, LoginLink


def link(user, **how) -> str:
    return logins.make_link(user, by=user.actor, at=now(), **how)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_link_logs_in_once(cast):
    client, other, token = Client(), Client(), link(cast.owner)
    answer = client.post(f"/login/link/{token}/")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(cast.owner.pk)
    again = other.post(f"/login/link/{token}/")
    assert again.status_code == 403
    assert b"Ask for a new one" in again.content
    assert not signed_in(other)


def test_looking_at_a_link_changes_nothing(cast):
    """Mail gateways of hospitals follow every link, some of them twice."""
    client, token = Client(), link(cast.owner)
    before = AuditEntry.objects.count()
    for _ in range(3):
        for ask in (client.get, client.head):
            answer = ask(f"/login/link/{token}/")
            assert answer.status_code in (200, 405)
    assert not signed_in(client)
    assert LoginLink.objects.get().used_at is None
    assert AuditEntry.objects.count() == before
    assert client.post(f"/login/link/{token}/").status_code == 302


def test_a_link_is_good_for_half_an_hour(cast):
    at = now()
    token = logins.make_link(cast.owner, by=cast.owner.actor, at=at)
    with pytest.raises(logins.LinkSpent):
        logins.use_link(token, at=at + timedelta(minutes=30))
    assert logins.use_link(token, at=at + timedelta(minutes=29, seconds=59)) == cast.owner


def test_a_link_somebody_made_up_is_refused_alike(cast):
    client = Client()
    for made_up in ("x", "A" * 43, link(cast.owner)[:-1] + "~"):
        shown = client.get(f"/login/link/{made_up}/")
        used = client.post(f"/login/link/{made_up}/")
        assert shown.status_code == 200
        assert used.status_code == 403
    assert not signed_in(client)


def test_the_token_is_kept_nowhere(cast):
    token = link(cast.owner)
    assert len(token) >= 43, "256 bits"
    row = LoginLink.objects.get()
    assert token.encode() not in bytes(row.digest)
    assert all(token not in str(entry.detail) for entry in AuditEntry.objects.all())


def test_who_was_sent_away_comes_in_by_no_link_and_no_cookie(cast):
    client, kept, token = Client(), Client(), link(cast.owner)
    kept.post(f"/login/link/{link(cast.owner)}/")
    look_as(Scope(everything=True))
    leaving.send_away(cast.owner, heir=None, by=cast.admin.actor, at=now(), reason="Left the company")
    assert client.post(f"/login/link/{token}/").status_code == 403
    assert not signed_in(client)
    answer = kept.get("/search/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


def test_a_log_in_takes_a_new_session(cast):
    """A session a stranger planted before the log-in is worth nothing after it."""
    client = Client()
    client.session.save()
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    client.post(f"/login/link/{link(cast.owner)}/")
    assert client.cookies["sessionid"].value != planted


def test_using_a_link_needs_the_forms_own_token(cast):
    client, token = Client(enforce_csrf_checks=True), link(cast.owner)
    assert client.post(f"/login/link/{token}/").status_code == 403
    assert LoginLink.objects.get().used_at is None
    csrf = client.get(f"/login/link/{token}/").cookies["csrftoken"].value
    assert client.post(f"/login/link/{token}/", {"csrfmiddlewaretoken": csrf}).status_code == 302


def test_making_and_using_a_link_are_audited(cast):
    logins.use_link(link(cast.owner), at=now())
    said = list(AuditEntry.objects.filter(subject_id=cast.owner.id, verb__startswith="login").order_by("at"))
    assert [(entry.verb, entry.by_name) for entry in said] == [
        ("login.link", "Olivia Grant"), ("login.by_link", "Olivia Grant"),
    ]  # fmt: skip


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast):
    cast.owner.set_password("a long enough password")
    cast.owner.save()
    look_as(NOBODY)

    def answer(email: str) -> bytes:
        said = Client().post("/login/", {"email": email, "password": "not it, though long"})
        assert said.status_code == 200
        body = said.content.replace(email.encode(), b"")
        csrf = said.context["csrf_token"] if said.context else ""
        return body.replace(str(csrf).encode(), b"")

    assert answer(cast.owner.email) == answer("nobody@northwind-rounds.example")


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "\\\\evil.example", "javascript:alert(1)"])
def test_no_log_in_leads_outside(cast, away):
    cast.owner.set_password("a long enough password")
    cast.owner.save()
    said = {"email": cast.owner.email, "password": "a long enough password", "next": away}
    answer = Client().post("/login/", said)
    assert (answer.status_code, answer["Location"]) == (302, "/")
