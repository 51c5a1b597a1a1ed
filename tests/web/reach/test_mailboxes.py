"""The pages of one's mailboxes: a real try of the log-in, the way over a provider and back, one's own alone."""

from __future__ import annotations

import re
from html import unescape

import pytest

from rounds.models import Mailbox
from tests.imap_peer import imap_peer
from tests.mailbox_peers import known_to, provider_peer

pytestmark = pytest.mark.req("PLUS-31", "UI-01")
PLACE = "/me/mailboxes/"


def said(there, **other):
    return {"address": "olivia@northwind-rounds.example", "host": "127.0.0.1", "port": str(there), "security": "none", "user": "olivia",
            "password": "a real password", "keep": "known", "never": "family.example\nsam@school.example", **other}  # fmt: skip


def its(user) -> Mailbox | None:
    """The mailbox of a person, seen with their eyes."""
    from rounds.access.scope import scope_of
    from rounds.access.sight import sight

    with sight(scope_of(user)):
        return Mailbox.objects.filter(user=user).first()


@pytest.fixture
def peer(settings):
    with imap_peer() as (found, port):
        settings.CONFIG = settings.CONFIG.model_copy(update={"outbound_allow": [f"127.0.0.1:{port}"]})
        found.port = port
        yield found


@pytest.mark.parametrize("who", ["owner", "executive"])
def test_a_mailbox_is_connected_only_where_the_log_in_works(cast, door, peer, who):
    user = getattr(cast, who)
    client = door(user)
    refused = client.post(PLACE, said(peer.port, password="wrong"))
    assert refused.status_code == 422
    assert "does not let olivia in" in refused.content.decode()
    assert its(user) is None
    made = client.post(PLACE, said(peer.port))
    row = its(user)
    assert made["Location"] == f"{PLACE}{row.pk}/"
    assert (row.state, row.never) == ("working", ["family.example", "sam@school.example"])
    shown = client.get(made["Location"]).content.decode()
    assert "family.example" in shown
    assert "a real password" not in shown
    for deed, state in (("stopping", "stopped"), ("resuming", "working"), ("ending", "ended")):
        client.post(f"{PLACE}{row.pk}/{deed}/")
        assert its(user).state == state
    assert its(user).secret == "", "its password is forgotten"


@pytest.mark.parametrize(("wrong", "words"), [({"host": "10.0.0.1"}, "not spoken to"), ({"host": "not a host"}, "name of the IMAP server"), ({"port": "99999"}, "port is a number"),
                                              ({"never": "no domain"}, "neither an address nor a domain"), ({"keep": "all"}, "whose mail")])  # fmt: skip
def test_what_cannot_be_is_said_where_it_stands(cast, door, peer, wrong, words):
    answer = door(cast.owner).post(PLACE, said(peer.port, **({"security": "tls"} if "host" in wrong else {}), **wrong))
    assert answer.status_code in (422, 502)
    assert words in unescape(answer.content.decode())


def test_nobody_sees_the_mailbox_of_another(cast, door, peer):
    door(cast.owner).post(PLACE, said(peer.port))
    row = its(cast.owner)
    for other in (cast.manager, cast.admin):
        assert door(other).get(f"{PLACE}{row.pk}/").status_code == 404
        assert its(other) is None
    assert door(cast.legal).get(PLACE).status_code == 403


@pytest.mark.parametrize("kind", ["graph", "gmail"])
def test_over_a_provider_and_back(cast, door, settings, kind):
    client = door(cast.owner)
    assert "an admin sets ROUNDS_" in client.post(f"{PLACE}ways/{kind}/").content.decode()
    with provider_peer() as peer:
        settings.CONFIG = known_to(peer, settings.CONFIG)
        there = client.post(f"{PLACE}ways/{kind}/").content.decode()
        code, state = peer.agree(unescape(re.search(r'href="(http[^"]+)"', there)[1]))
        assert client.get(f"{PLACE}return/", {"code": code, "state": "another"}).status_code == 422
        assert client.get(f"{PLACE}return/", {"code": code, "state": state}).status_code == 200
        assert its(cast.owner) is None, "coming back alone connects nothing"
        done = client.post(f"{PLACE}return/", {"code": code, "state": state, "keep": "business"})
        row = its(cast.owner)
        assert done["Location"] == f"{PLACE}{row.pk}/"
        assert (row.kind, row.address, row.keep) == (kind, "olivia@northwind-rounds.example", "business")
        assert client.post(f"{PLACE}return/", {"code": code, "state": state}).status_code == 422, "once"


@pytest.mark.req("INTEG-14")
@pytest.mark.parametrize("kind", ["graph", "gmail"])
def test_a_calendar_comes_with_a_mailbox_where_one_agrees_to_it(cast, door, settings, kind):
    client = door(cast.owner)
    with provider_peer() as peer:
        settings.CONFIG = known_to(peer, settings.CONFIG)

        def over(**wants):
            there = client.post(f"{PLACE}ways/{kind}/", wants).content.decode()
            code, state = peer.agree(unescape(re.search(r'href="(http[^"]+)"', there)[1]))
            return there, client.post(f"{PLACE}return/", {"code": code, "state": state, "keep": "known"})

        there, _ = over()
        assert "alendar" not in peer.scope, "who wants their mail read is asked for nothing else"
        assert "nothing else" in there
        shown = client.get("/meetings/calendars/").content.decode()
        assert "Use its calendar" in shown
        assert client.post("/meetings/calendars/", {"mailbox": "another"}).status_code == 422
        client.post(f"{PLACE}{its(cast.owner).pk}/", {"keep": "business", "never": "family.example"})
        there, done = over(calendar="on")
        assert "alendar" in peer.scope
        assert "write into it" in there
        row = its(cast.owner)
        assert done["Location"] == f"{PLACE}{row.pk}/", "the mailbox that is there opens anew"
        assert (row.keep, row.never) == ("business", ["family.example"]), "and keeps what was chosen"
        shown = client.get("/meetings/calendars/").content.decode()
        assert "Use its calendar" not in shown
        assert row.address in shown
        assert peer.access not in shown
