"""Invitations and log-in links go by mail as well: sealed while they wait, gone when they went."""

from __future__ import annotations

import pytest
from django.db import connection

from rounds.actions.people import invitations, logins, mailing
from rounds.jobs.deliveries import deliver
from rounds.kit.clock import now
from rounds.models import Delivery
from tests.mail_peer import mail_peer, use

pytestmark = pytest.mark.req("SEC-02")


def test_an_invitation_is_mailed_and_its_link_is_nowhere_afterwards(cast, settings):
    with mail_peer() as (peer, port):
        use(port, settings)
        person, token = invitations.invite("new@northwind-rounds.example", "Noa Field", by=cast.admin.actor, at=now())
        row = mailing.mail_link(person, token, purpose=logins.INVITATION, by=cast.admin.actor, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SELECT row_to_json(d)::text FROM rounds_delivery d UNION ALL SELECT args::text FROM procrastinate_jobs")
            assert token not in " ".join(text for (text,) in cursor.fetchall())
        assert deliver(str(row.id)) == 1
    (letter,) = peer.letters()
    text = letter.get_body(("plain",)).get_content()
    assert f"/login/link/{token}/" in text
    assert "Ada Lindqvist invited you" in text
    row = Delivery.objects.get()
    assert (row.state, row.content) == ("sent", "")
    assert row.expires_at <= now() + logins.lasts(logins.INVITATION)


def test_without_a_mail_server_nothing_is_posted(cast):
    assert mailing.mail_link(cast.owner, "t" * 43, purpose=logins.LOGIN, by=cast.admin.actor, at=now()) is None
    assert not Delivery.objects.exists()
