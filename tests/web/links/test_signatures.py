"""Addresses of signature services: opened, closed, and what came there with what it did."""

from __future__ import annotations

import json
from html import unescape

import pytest
from django.test import Client

from rounds.actions.deals import contracts, signature_hooks
from rounds.actions.market import accounts
from rounds.kit import webhooks
from rounds.kit.clock import now
from rounds.models import SignatureHook, SignatureMessage

pytestmark = pytest.mark.req("LEGAL-05")


@pytest.fixture
def contract(cast):
    by = {"by": cast.owner.actor, "at": now()}
    account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, **by)
    return contracts.add("Osprey subscription", kind="subscription", account=account, **by)


def send(hook, secret, said):
    raw = json.dumps(said).encode()
    return Client(enforce_csrf_checks=True).post(f"/hooks/signatures/{hook.key}/", raw, content_type="application/json",
                                                 headers={"Rounds-Signature": webhooks.signed(raw, [secret.encode()], at=now())})  # fmt: skip


def test_what_came_from_whom_and_what_it_did_is_shown(cast, door, contract, see_all):
    hook, secret = signature_hooks.add("Penfold Sign", by=cast.admin.actor, at=now())
    said = {"event_id": "evt_1", "contract": str(contract.pk), "side": "customer", "name": "R. Okafor"}
    answers = [send(hook, secret, said), send(hook, secret, said), send(hook, secret, {**said, "event_id": "evt_2", "side": "nobody"}), send(hook, "x" * 40, said)]
    assert [one.status_code for one in answers] == [201, 200, 422, 401]
    see_all()
    assert list(SignatureMessage.objects.order_by("at", "id").values_list("outcome", "event_id")) == [("taken", "evt_1"), ("known", "evt_1"), ("refused", "evt_2")]
    assert SignatureHook.objects.get(pk=hook.pk).unsigned == 1, "who does not know the secret fills no table"
    words = unescape(door(cast.admin).get("/links/signatures/").content.decode())
    for word in ("Penfold Sign", "R. Okafor signed Osprey subscription", "Known already", "Refused", "1 taken, 1 known already, 1 refused",
                 "1 message without a right signature"):  # fmt: skip
        assert word in words
    assert secret not in words


def test_an_address_is_opened_with_its_secret_shown_once_and_closed(cast, door, see_all):
    client = door(cast.admin)
    assert client.post("/links/signatures/", {"name": " "}).status_code == 422
    made = client.post("/links/signatures/", {"name": "Penfold Sign"})
    see_all()
    hook = SignatureHook.objects.get()
    assert (made.status_code, hook.key in made.content.decode(), hook.secret in made.content.decode()) == (200, True, True)
    assert hook.secret not in client.get("/links/signatures/").content.decode()
    assert client.post(f"/links/signatures/{hook.pk}/ending/").status_code == 302
    assert "closed" in client.get("/links/signatures/").content.decode()
    assert door(cast.owner).get("/links/signatures/").status_code == 403
