"""Contracts at their doors: who waives, who reads counsel's notes, and a signature service that tells us twice."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from rounds.actions.deals import (
    contract_execution,
    contract_versions,
    contracts,
    opportunities,
    privileged,
    signature_hooks,
)
from rounds.actions.market import accounts
from rounds.actions.trust import agreements
from rounds.kit import webhooks
from rounds.kit.clock import now
from rounds.models import ContractSignature


@pytest.fixture
def contract(cast):
    by, at = cast.owner.actor, now()
    system = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=by, at=at)
    deal = opportunities.open_deal(system, "Harbour", owner=cast.owner, by=by, at=at)
    return contracts.add("Subscription", kind="subscription", account=system, deal=deal, by=by, at=at)


@pytest.mark.req("LEGAL-01")
def test_a_rep_waives_nothing_and_legal_does(cast, contract, door, see_all):
    url, said = f"/contracts/{contract.pk}/marks/", {"item": "sla", "state": "waived", "reason": "Not sold"}
    for person, status in ((cast.owner, 403), (cast.manager, 403), (cast.admin, 403), (cast.legal, 302)):
        assert door(person).post(url, said).status_code == status, person.role
    assert door(cast.owner).post(url, {"item": "sla", "state": "agreed"}).status_code == 302


def test_counsels_notes_are_on_no_page_of_sales(cast, contract, door):
    privileged.note(contract, "We would settle for eighteen months", by=cast.legal.actor, at=now())
    url = f"/contracts/{contract.pk}/"
    assert "eighteen months" in door(cast.legal).get(url).content.decode()
    for person in (cast.owner, cast.manager, cast.admin, cast.compliance, cast.executive):
        said = door(person).get(url).content.decode()
        assert "eighteen" not in said
        assert "Privileged" not in said
        assert door(person).post(f"{url}notes/", {"text": "x"}).status_code == 403


@pytest.mark.req("LEGAL-07")
def test_a_version_comes_back_as_it_was_kept(cast, contract, door):
    contract_versions.keep(contract, body=b"%PDF-1.7 paper", file_name="Osprey; a.pdf", by=cast.owner.actor, at=now())
    answer = door(cast.owner).get(f"/contracts/{contract.pk}/versions/1/")
    assert answer.content == b"%PDF-1.7 paper"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="Osprey_ a.pdf"'
    assert door(cast.colleague).get(f"/contracts/{contract.pk}/versions/1/").status_code == 404


def test_the_list_asks_as_little_for_three_as_for_one(cast, contract, door, see_all, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rep = door(cast.owner)
    rep.get("/contracts/?f=")
    with CaptureQueriesContext(connection) as one:
        rep.get("/contracts/?f=")
    see_all()
    for number in range(2):
        contracts.add(f"More {number}", kind="nda", account=contract.account, deal=contract.opportunity, by=cast.owner.actor, at=now())
    with CaptureQueriesContext(connection) as three:
        assert "More 1" in rep.get("/contracts/?f=").content.decode()
    assert len(three) <= len(one) + 1


@pytest.mark.req("LEGAL-05")
class TestTheSignatureService:
    @pytest.fixture
    def hook(self, cast):
        return signature_hooks.add("Penfold Sign", by=cast.admin.actor, at=now())

    def send(self, hook, said, *, at=None, secret=None, body=None):
        row, kept = hook
        raw = body if body is not None else json.dumps(said).encode()
        header = webhooks.signed(raw, [(secret or kept).encode()], at=at or now())
        client = Client(enforce_csrf_checks=True)
        return client.post(f"/hooks/signatures/{row.key}/", raw, content_type="application/json", headers={"Rounds-Signature": header})

    def test_it_may_tell_us_twice_and_out_of_order(self, cast, contract, hook, see_all):
        today = agreements.day(now()).isoformat()
        contract_execution.approve(contract, name="D. Low", evidence="Mail", on=agreements.day(now()), by=cast.owner.actor, at=now())
        said = {"event_id": "evt_1", "contract": str(contract.pk), "side": "customer", "name": "R. Okafor", "on": today, "sha256": "a" * 64}
        answers = [self.send(hook, said) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 200, 200]
        assert self.send(hook, {**said, "event_id": "evt_2"}).json()["new"] is False, "the same side, told by another event"
        done = self.send(hook, {**said, "event_id": "evt_3", "side": "ours", "name": "Marian Holt"})
        assert done.json()["state"] == "executed"
        see_all()
        assert ContractSignature.objects.count() == 2
        assert self.send(hook, said).status_code == 200, "after the execution, too"

    @pytest.mark.parametrize("wrong", ["secret", "old", "body", "contract", "side", "day", "json"])
    def test_what_is_not_right_is_refused_and_writes_nothing(self, contract, hook, wrong, see_all):
        said = {"event_id": "evt_1", "contract": str(contract.pk), "side": "customer", "name": "R. Okafor"}
        answer = {
            "secret": lambda: self.send(hook, said, secret="x" * 40),
            "old": lambda: self.send(hook, said, at=now() - timedelta(minutes=6)),
            "body": lambda: self.send(hook, said, body=b"x" * 70_000),
            "contract": lambda: self.send(hook, {**said, "contract": "none"}),
            "side": lambda: self.send(hook, {**said, "side": "nobody"}),
            "day": lambda: self.send(hook, {**said, "on": "2999-01-01"}),
            "json": lambda: self.send(hook, said, body=b"[]"),
        }[wrong]()
        assert answer.status_code in (401, 422)
        see_all()
        assert not ContractSignature.objects.exists()

    def test_a_closed_address_is_nobodys(self, cast, contract, hook, see_all):
        signature_hooks.end(hook[0], by=cast.admin.actor, at=now())
        assert self.send(hook, {"event_id": "1"}).status_code == 404
