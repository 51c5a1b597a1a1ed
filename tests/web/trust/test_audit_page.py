"""The audit page: found by person, record, time and deed, in words, in pages; reading and taking it out is noted."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import pytest

from rounds.actions.market import accounts, contacts
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.models import AuditEntry, Session

pytestmark = pytest.mark.req("COMPL-02")


@pytest.fixture
def account(cast):
    made = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now())
    accounts.assign(made, cast.owner, by=cast.admin.actor, at=now())
    return made


@pytest.fixture
def page(cast, door):
    client = door(cast.compliance)

    def get(**said) -> str:
        answer = client.get("/audit/", said)
        assert answer.status_code == 200, answer.content
        return re.sub(r"\s+", " ", answer.content.decode())

    return get


def body(text: str) -> str:
    return text.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in text else ""


def test_it_says_in_one_sentence_how_the_chains_stand(page):
    assert "The audit trail is whole" in page()
    assert "no anchor outside the database yet" in page()


def test_a_record_is_found_by_name_and_by_id_and_a_person_by_name(cast, page, door, account):
    door(cast.owner).get(f"/accounts/{account.id}/")
    for record in ("Harbour", str(account.id)):
        found = body(page(record=record, group="reads"))
        assert "Olivia Grant" in found
        assert f'href="/accounts/{account.id}/"' in found
        assert "Harbour Health" in found
    assert "Harbour Health" in body(page(who="olivia", group="reads"))
    assert "Nothing fits" in page(who="nobody of this name")
    assert "Nothing fits" in page(record="nowhere at all")


def test_a_persons_tokens_are_the_person(cast, page, account):
    from rounds.actions.trust import tokens
    from rounds.kit.actor import Actor

    row, _ = tokens.make(cast.owner, name="nightly", scopes=["accounts:read"], by=cast.owner.actor, at=now())
    audit.note_read("account.read", by=Actor("integration", row.id, "nightly for Olivia Grant"), at=now(), kind="account", subject=account.id)
    assert "nightly for Olivia Grant" in body(page(who="Olivia", group="reads"))


def test_times_chains_deeds_and_both_orders(cast, page):
    at = now()
    for days in range(5):
        audit.note("test.deed", by=cast.admin.actor, at=at - timedelta(days=10 * days), detail={"n": f"old {days}"})
    rows = [int(n) for n in re.findall(r"n: old (\d)", page(verb="test.deed"))]
    assert rows == [0, 1, 2, 3, 4]
    assert [int(n) for n in re.findall(r"n: old (\d)", page(verb="test.deed", order="old"))] == [4, 3, 2, 1, 0]
    since, until = at - timedelta(days=31), at - timedelta(days=19)
    assert re.findall(r"n: old (\d)", page(verb="test.deed", **{"from": f"{since:%Y-%m-%d}", "to": f"{until:%Y-%m-%d}"})) == ["2", "3"]
    assert "Nothing fits" in page(verb="test.deed", chain="read")


def test_pages_go_on_where_the_last_one_ended_in_either_order(cast, page, monkeypatch):
    from rounds.analytics.trust import trail

    monkeypatch.setattr(trail, "SIZE", 3)
    at = now()
    for n in range(8):
        audit.note("test.deed", by=cast.admin.actor, at=at, detail={"n": f"no {n}"})
    for order in ("", "old"):
        seen, more = [], {"verb": "test.deed", "order": order}
        for _ in range(3):
            text = page(**more)
            seen += re.findall(r"n: no (\d)", text)
            found = re.search(r'href="\?([^"]*after=[^"]+)" rel="next"', text)
            more = dict(__import__("urllib.parse").parse.parse_qsl(found[1].replace("&amp;", "&"))) if found else {}
        assert sorted(seen) == [str(n) for n in range(8)]
        assert not more


def test_looking_at_the_trail_is_on_the_trail(cast, page):
    page(who="Olivia", group="files")
    entry = AuditEntry.objects.get(verb="audit.read")
    assert (entry.by_id, entry.detail["query"]) == (cast.compliance.id, "who=Olivia&group=files")


@pytest.mark.parametrize("said", [{"from": "tomorrow"}, {"after": "x~y"}, {"after": "2026-01-01T00:00:00~1"}, {"to": "99999-1-1"}])
def test_what_is_no_day_or_no_page_is_refused_in_words(cast, door, said):
    answer = door(cast.compliance).get("/audit/", said)
    assert answer.status_code == 422
    assert "Traceback" not in answer.content.decode()


@pytest.mark.parametrize(("who", "reads", "takes"), [("admin", 200, 200), ("compliance", 200, 200), ("security", 200, 403), ("manager", 403, 403),
                                                    ("owner", 403, 403), ("legal", 403, 403), ("executive", 403, 403)])  # fmt: skip
def test_who_reads_the_trail_and_who_takes_it_out(cast, door, who, reads, takes):
    client = door(getattr(cast, who))
    assert client.get("/audit/").status_code == reads
    assert client.post("/audit/exports/", {"reason": "A review"}).status_code == takes


def test_the_file_holds_what_was_asked_and_why(cast, door, account):
    client = door(cast.compliance)
    assert client.post("/audit/exports/", {}).status_code == 422
    answer = client.post("/audit/exports/", {"record": str(account.id), "reason": "For the auditor of Mercy"})
    rows = list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert {row[5] for row in rows[1:]} == {"account.add", "account.assign"}
    assert cast.compliance.name in rows[1][-1]
    lines = client.post("/audit/exports/", {"record": str(account.id), "reason": "Once more", "as": "jsonl"}).content.splitlines()
    assert {json.loads(line)["verb"] for line in lines} == {"account.add", "account.assign"}
    kept = AuditEntry.objects.filter(verb="audit.export").order_by("at").first()
    assert (kept.detail["reason"], kept.detail["rows"]) == ("For the auditor of Mercy", 2)


@pytest.mark.req("PLUS-35")
def test_it_asks_again_who_is_there_after_fifteen_idle_minutes(cast, door):
    client = door(cast.compliance)
    assert client.get("/audit/").status_code == 200
    Session.objects.update(seen_at=now() - timedelta(minutes=16), proved_at=None, began_at=now() - timedelta(hours=1))
    assert client.get("/audit/").status_code == 302


@pytest.mark.req("PLUS-34")
class TestWhoSawUs:
    def see(self, cast, door, account) -> None:
        person = contacts.add(account, name="Bo Fox", title="CIO", by=cast.admin.actor, at=now())
        owner = door(cast.owner)
        owner.get(f"/accounts/{account.id}/")
        owner.get(f"/accounts/{account.id}/brief/")
        owner.get(f"/contacts/{person.id}/")
        owner.post("/lists/account/exports/", {"query": "f=", "as": "csv"})
        door(cast.manager).get(f"/accounts/{account.id}/preview/")

    def test_everybody_who_read_it_is_there_with_how_often_and_how(self, cast, door, account):
        self.see(cast, door, account)
        text = door(cast.compliance).get(f"/accounts/{account.id}/disclosures/").content.decode()
        assert "2 people saw Harbour Health" in text
        row = next(line for line in text.split("<tr>") if "Olivia Grant" in line)
        assert "page 2, file 1, print 1" in row
        assert "Marian Holt" in text
        assert AuditEntry.objects.filter(verb="disclosures.read", subject_id=account.id).exists()

    def test_it_leaves_as_a_table_and_on_paper_with_a_mark(self, cast, door, account):
        self.see(cast, door, account)
        client = door(cast.compliance)
        rows = list(csv.reader(io.StringIO(client.get(f"/accounts/{account.id}/disclosures.csv").content.decode().lstrip("\ufeff"))))
        assert {row[0] for row in rows[1:]} == {"Olivia Grant", "Marian Holt"}
        assert cast.compliance.name in rows[1][-1]
        assert client.get(f"/accounts/{account.id}/disclosures.pdf").content.startswith(b"%PDF")
        assert AuditEntry.objects.filter(verb="disclosures.export").count() == 2

    def test_who_may_not_is_told_so_and_who_does_not_see_the_account_finds_nothing(self, cast, door, account):
        for ending in ("/", ".csv", ".pdf"):
            assert door(cast.owner).get(f"/accounts/{account.id}/disclosures{ending}").status_code == 403
            assert door(cast.security).get(f"/accounts/{account.id}/disclosures{ending}").status_code == 403

    def test_the_account_says_how_many_looked_to_those_who_may_ask(self, cast, door, account):
        self.see(cast, door, account)
        assert f"/accounts/{account.id}/disclosures/" in door(cast.compliance).get(f"/accounts/{account.id}/").content.decode()
        assert "disclosures" not in door(cast.owner).get(f"/accounts/{account.id}/").content.decode()
