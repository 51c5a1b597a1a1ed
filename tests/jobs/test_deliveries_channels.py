"""Channels through the outbox: a real receiver on loopback, its outcome beside its name, and its trouble its own."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from rounds.actions.flow import deliveries
from rounds.actions.links import webhooks
from rounds.jobs.deliveries import deliver
from rounds.kit import webhooks as signatures
from rounds.kit.clock import frozen_at, now
from rounds.models import Delivery, Webhook
from tests.mail_peer import mail_peer, use

pytestmark = pytest.mark.req("AUTO-12")


@pytest.fixture
def receiver(settings):
    """Takes what is posted; `answers` is its status."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(self.server.answers)
            self.send_header("Retry-After", "600")
            self.end_headers()

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.got, server.answers = [], 200
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_address[1]}/hook"
    settings.OUTBOUND_ALLOW = frozenset({f"127.0.0.1:{server.server_address[1]}"})
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def hook(cast, receiver):
    row, _ = webhooks.add("Warehouse", kind="webhook", url=receiver.address, gets=["lead.hot"], by=cast.admin.actor, at=now())
    return row


def state(row) -> str:
    return Delivery.objects.get(pk=row.pk).state


def test_a_program_is_told_with_a_signature_it_can_check(cast, hook, receiver):
    row = webhooks.test(hook, by=cast.admin.actor, at=now())
    deliver(str(row.id))
    ((headers, body),) = receiver.got
    assert signatures.verified(body, headers["rounds-signature"], [hook.secret.encode()], at=now())
    assert json.loads(body)["id"] == headers["idempotency-key"] == str(row.id)
    hook.refresh_from_db()
    assert (hook.last_ok, hook.last_said, state(row)) == (True, "Taken", "sent")


def test_data_of_an_automation_is_told_as_it_is(cast, hook, receiver):
    said = {"event": "automation", "title": "A lead came in", "url": "/leads/1/", "band": "Hot", "lead": None}
    deliver(str(deliveries.post("webhook", hook, said, key="step-1", by=cast.admin.actor, at=now()).id))
    told = json.loads(receiver.got[0][1])
    assert told["data"]["band"] == "Hot"
    assert told["title"] == "A lead came in"
    assert told["links"][0]["url"].endswith("/leads/1/")


def test_what_was_asked_for_is_waited(cast, hook, receiver):
    receiver.answers = 503
    row, at = webhooks.test(hook, by=cast.admin.actor, at=now()), now()
    deliver(str(row.id))
    again = Delivery.objects.get(pk=row.pk)
    assert again.state == "due"
    assert again.due_at - at >= timedelta(seconds=600)
    receiver.answers = 200
    with frozen_at(again.due_at):
        deliver(str(row.id))
    assert state(row) == "sent"
    assert {headers["idempotency-key"] for headers, _ in receiver.got} == {str(row.id)}


def test_a_broken_channel_stops_no_mail_and_no_other_channel(cast, hook, receiver, settings):
    settings.OUTBOUND_ALLOW |= {"127.0.0.1:1"}
    broken, _ = webhooks.add("Broken", kind="slack", url="http://127.0.0.1:1/x", gets=[], by=cast.admin.actor, at=now())
    with mail_peer() as (peer, port):
        use(port, settings)
        rows = [webhooks.test(broken, by=cast.admin.actor, at=now()) for _ in range(4)]
        well = webhooks.test(hook, by=cast.admin.actor, at=now())
        letter = deliveries.post("email", "ann@hospital.example", {"subject": "x"}, key="m", by=cast.admin.actor, at=now())
        for row in (*rows, well, letter):
            deliver(str(row.id))
    assert (state(well), state(letter)) == ("sent", "sent")
    assert {state(row) for row in rows} == {"due"}
    assert Webhook.objects.get(pk=broken.pk).last_ok is False


def test_what_leads_into_our_own_network_is_refused_for_good(cast, settings):
    settings.OUTBOUND_ALLOW = frozenset()
    row, _ = webhooks.add("Metadata", kind="webhook", url="https://169.254.169.254/latest", gets=[], by=cast.admin.actor, at=now())
    letter = webhooks.test(row, by=cast.admin.actor, at=now())
    deliver(str(letter.id))
    assert state(letter) == "refused"
