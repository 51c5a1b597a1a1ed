"""What leaves the house as a file (SEC-08): who may, why, what stands in the file and what stays on the record."""

from __future__ import annotations

import csv
import io
from hashlib import sha256

import pytest

from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now
from rounds.models import AuditEntry, Disclosure, Lead, Session
from rounds.models.flow.active import active

pytestmark = pytest.mark.req("SEC-08")


@pytest.fixture
def limits(monkeypatch):
    """`limits(reason, many)`: small limits, so that a handful of rows is many."""
    from rounds.actions.trust import exports

    def set_to(reason: int, many: int = 1000):
        monkeypatch.setattr(exports, "limits", lambda: exports.Limits(reason, many))

    return set_to


@pytest.fixture
def account(cast):
    made = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now())
    accounts.assign(made, cast.owner, by=cast.admin.actor, at=now())
    return made


def take(client, noun: str = "lead", **more):
    return client.post(f"/lists/{noun}/exports/", {"query": "f=", "as": "csv", **more})


def lines(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))


def test_every_line_says_who_took_it_when_and_with_which_sight(cast, door, lead_of):
    lead_of(cast.owner)
    answer = take(door(cast.owner))
    entry = AuditEntry.objects.get(verb="leads.export")
    mark = lines(answer)[1][-1]
    assert mark.startswith(f"{entry.scope_hash} · {cast.owner.name} · {entry.at:%Y-%m-%d %H:%M} UTC")


def test_what_left_is_on_the_record_to_the_last_id_and_account(cast, door, lead_of, account):
    lead_of(cast.owner)
    Lead.objects.update(account=account)
    take(door(cast.owner))
    entry = AuditEntry.objects.get(verb="leads.export")
    ids = [str(key) for key in Lead.objects.order_by("id").values_list("id", flat=True)]
    assert (entry.detail["rows"], entry.detail["ids"]) == (1, sha256("\n".join(ids).encode()).hexdigest())
    assert Disclosure.objects.get(entry_id=entry.id).accounts == [account.id]


@pytest.mark.parametrize("noun", ["account", "contact", "lead"])
def test_a_list_of_people_discloses_their_accounts(cast, door, lead_of, account, noun, see_all):
    contacts.add(account, name="Bo Fox", title="CIO", by=cast.admin.actor, at=now())
    lead_of(cast.owner)
    Lead.objects.update(account=account)
    assert take(door(cast.owner), noun).status_code == 200
    see_all()
    assert account.id in Disclosure.objects.get().accounts


def test_above_some_rows_it_asks_why_and_keeps_the_answer(cast, door, lead_of, limits):
    for n in range(3):
        lead_of(cast.owner, name=f"Lead {n}")
    limits(2)
    client = door(cast.owner)
    refused = take(client)
    assert refused.status_code == 422
    assert "say why" in refused.content.decode()
    assert not AuditEntry.objects.filter(verb="leads.export").exists()
    assert 'name="reason"' in client.get("/leads/?f=").content.decode()
    assert take(client, reason="Quarterly   review with the board").status_code == 200
    assert AuditEntry.objects.get(verb="leads.export").detail["reason"] == "Quarterly review with the board"


def test_many_rows_need_a_permission_of_their_own(cast, door, lead_of, limits):
    for n in range(3):
        lead_of(cast.owner, name=f"Lead {n}")
    limits(1, 2)
    assert take(door(cast.owner), reason="To call them all").status_code == 403
    assert "Too many to export" in door(cast.owner).get("/leads/?f=").content.decode()
    assert take(door(cast.admin), reason="To count them all").status_code == 200


def test_who_takes_no_files_out_gets_none(cast, door, lead_of):
    lead_of(cast.owner)
    for person in (cast.engineer, cast.executive):
        assert take(door(person)).status_code == 403
    assert not Disclosure.objects.exists()


@pytest.mark.req("PLUS-35")
def test_a_file_asks_for_a_proof_of_the_last_minutes(cast, door, lead_of, account):
    lead_of(cast.owner)
    client = door(cast.owner)
    assert take(client).status_code == 200
    Session.objects.update(proved_at=None)
    for answer in (take(client), client.get(f"/accounts/{account.id}/brief.pdf")):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/again/")


def test_a_brief_on_paper_is_a_file_like_any_other(cast, door, account):
    answer = door(cast.owner).get(f"/accounts/{account.id}/brief.pdf")
    assert answer.content.startswith(b"%PDF")
    entry = AuditEntry.objects.get(verb="account.export")
    assert (entry.subject_id, entry.detail["form"], entry.detail["rows"]) == (account.id, "pdf", 1)
    assert Disclosure.objects.get(entry_id=entry.id).accounts == [account.id]
    assert door(cast.engineer).get(f"/accounts/{account.id}/brief.pdf").status_code == 403


def test_the_limits_are_figures_of_the_playbook(db):
    said = active().playbook.sign_in.exports
    assert (said.reason_above.value, said.many_above.value) == (500, 5000)
