"""Codes by text message (C-37): off unless the playbook, the role and the deployment all allow them; sent, signed, to a
real peer; nothing secret in the queue."""

from __future__ import annotations

import json
import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client

from rounds import playbook as shipped
from rounds.access.sight import look_as
from rounds.actions.flow import outward, playbooks
from rounds.actions.people import factors, otp, throttling
from rounds.jobs import codes
from rounds.kit import webhooks
from rounds.kit.clock import frozen_at, now
from rounds.kit.scope import Scope
from rounds.models import Factor
from tests.web.people.conftest import PASSWORD, is_in, log_in

pytestmark = pytest.mark.req("SEC-03")
KEY = "k" * 40


@pytest.fixture
def peer():
    """Who sends messages, on loopback; `peer.got` is what came."""
    got = []

    class Peer(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(self.server.answers)
            self.end_headers()

        def log_message(self, *said):
            pass

    server = HTTPServer(("127.0.0.1", 0), Peer)
    server.got, server.answers = got, 202
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def allowed(cast, peer, settings):
    """The playbook allows messages and the deployment has somebody who sends them."""
    files = dict(shipped.default().files)
    rule = "access/sign_in.yaml"
    files[rule] = files[rule].replace("sms: {allowed: false", "sms: {allowed: true")
    playbooks.publish(files, reason="messages", by=cast.admin.actor, at=now())
    port = peer.server_address[1]
    settings.CONFIG = settings.CONFIG.model_copy(update={"sms_url": f"http://127.0.0.1:{port}/sms", "sms_key": KEY})
    settings.OUTBOUND_ALLOW = frozenset({f"127.0.0.1:{port}"})


@pytest.fixture
def with_phone(cast, allowed):
    """The owner with a password and a telephone that was confirmed."""
    cast.owner.set_password(PASSWORD)
    cast.owner.save(update_fields=["password"])
    at = now() - timedelta(hours=1)
    row = factors.begin(cast.owner, "sms", at=at, phone="+1 (212) 555-0100")
    otp.send(row, at=at)
    row.refresh_from_db()
    assert factors.confirm(row, otp.code_of(row), by=cast.owner.actor, at=at)
    return row


def deferred() -> list[tuple]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'people.send_code' ORDER BY id")
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def test_a_code_is_sent_signed_and_logs_in_once(cast, with_phone, peer):
    client = Client()
    log_in(client, cast.owner)
    assert b"ends in 00" in client.get("/login/second/").content
    client.post("/login/second/message/")
    look_as(Scope(everything=True))
    asked = deferred()[-1]
    assert set(asked) == {"factor", "number"}, "nothing secret waits in the queue"
    assert codes.send_code(**asked)
    path, headers, body = peer.got[-1]
    said = json.loads(body)
    assert (path, said["to"]) == ("/sms", "+12125550100")
    assert webhooks.verified(body, headers[webhooks.HEADER.lower()], [KEY.encode()], at=now())
    code = re.match(r"(\d{6}) is your", said["text"])[1]
    assert client.post("/login/second/", {"code": code}).status_code == 302
    assert is_in(client)
    again = Client()
    log_in(again, cast.owner)
    again.post("/login/second/", {"code": code})
    assert not is_in(again), "a code works once"


def test_an_old_code_is_neither_sent_nor_taken(cast, with_phone, peer):
    at = now()
    otp.send(with_phone, at=at)
    first = deferred()[-1]
    with_phone.refresh_from_db()
    code = otp.code_of(with_phone)
    with frozen_at(at + timedelta(minutes=10, seconds=1)):
        assert not codes.send_code(**first)
        assert not otp.spend(with_phone, code, at=now())
    otp.send(with_phone, at=at)
    assert not codes.send_code(**first), "a later one was asked for"
    assert not otp.spend(with_phone, code, at=at)
    assert peer.got == []


def test_messages_are_not_sent_without_end(cast, with_phone):
    for _ in range(4):
        otp.send(with_phone, at=now())
    throttling.failed(throttling.key("sms", with_phone.id))
    with pytest.raises(throttling.Throttled):
        otp.send(with_phone, at=now())


def test_a_sender_that_fails_is_said_and_a_restored_copy_sends_nothing(cast, with_phone, peer, monkeypatch):
    otp.send(with_phone, at=now())
    peer.answers = 500
    with pytest.raises(codes.NotSent):
        codes.send_code(**deferred()[-1])
    monkeypatch.setattr(outward, "may_speak", lambda: False)
    count = len(peer.got)
    with pytest.raises(outward.Held):
        codes.send_code(**deferred()[-1])
    assert len(peer.got) == count


def test_not_for_privileged_roles_and_not_where_it_is_off(cast, with_phone, settings):
    assert factors.kinds_for(cast.owner) == ["totp", "webauthn", "sms"]
    assert factors.kinds_for(cast.admin) == ["totp", "webauthn"]
    with pytest.raises(factors.FactorRefused):
        factors.begin(cast.admin, "sms", at=now(), phone="+12125550100")
    with pytest.raises(otp.NoNumber):
        factors.begin(cast.owner, "sms", at=now(), phone="555 0100")
    settings.CONFIG = settings.CONFIG.model_copy(update={"sms_url": ""})
    assert factors.kinds_for(cast.owner) == ["totp", "webauthn"]


def test_who_became_privileged_uses_no_messages_any_more_and_does_not_slip_in_without(cast, with_phone, settings):
    settings.SECOND_FACTOR_ASKED = True
    cast.owner.role = "security"
    cast.owner.save(update_fields=["role"])
    client = Client()
    assert log_in(client, cast.owner)["Location"] == "/login/second/"
    page = client.get("/login/second/").content
    assert b"None of your second factors" in page
    look_as(Scope(everything=True))
    otp.send(Factor.objects.get(pk=with_phone.pk), at=now())
    with_phone.refresh_from_db()
    client.post("/login/second/", {"code": otp.code_of(with_phone)})
    assert not is_in(client)
    assert client.get("/login/enrol/")["Location"] == "/login/second/"


def test_nobody_is_asked_for_a_kind_of_message_by_default(cast):
    assert factors.kinds_for(cast.owner) == ["totp", "webauthn"]
