"""Channels are connected, tested, switched off and taken away; their address is shown to nobody."""

from __future__ import annotations

import pytest
from django.db import connection

from rounds.actions.desk import notifications
from rounds.kit.clock import now
from rounds.models import AuditEntry, Delivery, Webhook

pytestmark = pytest.mark.req("AUTO-12", "PLUS-32")
URL = "https://hooks.slack.example/services/T0/B0/verysecret"
SAID = {"name": "#sales", "kind": "slack", "url": URL, "gets": ["lead.assigned"]}


def test_a_channel_is_connected_and_its_address_is_sealed_and_shown_to_nobody(door, cast):
    admin = door(cast.admin)
    assert admin.post("/links/webhooks/", SAID).status_code == 302
    row = Webhook.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT url FROM rounds_webhook")
        assert cursor.fetchone()[0].startswith("sealed:")
    for path in ("/links/webhooks/", f"/links/webhooks/{row.id}/"):
        page = admin.get(path).content.decode()
        assert "hooks.slack.example" in page
        assert "verysecret" not in page
    assert "verysecret" not in str([entry.detail for entry in AuditEntry.objects.all()])


@pytest.mark.parametrize("url", ["", "http://hooks.example/x", "https://", "ftp://x.example", "https://u:p@x.example/", "https://x.example/\r\nHost: y"])
def test_an_address_that_could_be_read_or_is_none_is_refused(door, cast, url):
    answer = door(cast.admin).post("/links/webhooks/", {**SAID, "url": url})
    assert answer.status_code == 422
    assert not Webhook.objects.exists()


def test_what_it_gets_is_told_with_links_that_act(door, cast, lead_of):
    door(cast.admin).post("/links/webhooks/", SAID)
    notifications.notify([cast.owner], kind="lead.assigned", title="Rosa Meridian", url="/leads/", lead=lead_of(cast.owner), by=cast.manager.actor, at=now())
    notifications.notify([cast.owner], kind="lead.hot", title="Another", url="/leads/", by=cast.manager.actor, at=now())
    row = Delivery.objects.get(channel="slack")
    assert row.content.count("/act/") == 2
    assert Webhook.objects.get().gets == ["lead.assigned"]


def test_off_is_off_and_gone_is_gone(door, cast):
    admin = door(cast.admin)
    admin.post("/links/webhooks/", SAID)
    key = Webhook.objects.get().id
    admin.post(f"/links/webhooks/{key}/switching/", {"on": "0"})
    notifications.notify([cast.owner], kind="lead.assigned", title="x", url="/leads/", by=cast.manager.actor, at=now())
    assert not Delivery.objects.exists()
    admin.post(f"/links/webhooks/{key}/switching/", {"on": "1"})
    admin.post(f"/links/webhooks/{key}/testing/")
    assert Delivery.objects.get().about == "webhook.test"
    admin.post(f"/links/webhooks/{key}/ending/")
    assert Webhook.objects.get().url == ""
    assert admin.get(f"/links/webhooks/{key}/").status_code == 404


def test_the_secret_of_a_program_is_shown_once(door, cast):
    answer = door(cast.admin).post("/links/webhooks/", {**SAID, "kind": "webhook"})
    secret = Webhook.objects.get().secret
    assert secret in answer.content.decode()
    assert secret not in door(cast.admin).get(f"/links/webhooks/{Webhook.objects.get().id}/").content.decode()
