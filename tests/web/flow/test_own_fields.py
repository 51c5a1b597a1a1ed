"""Fields of the company's own, added without a developer: on pages, in lists, files, imports and the API."""

from __future__ import annotations

import pytest

from rounds.actions.desk.own_fields import set_own
from rounds.actions.flow import playbooks
from rounds.actions.leads import leads
from rounds.actions.market import accounts
from rounds.actions.trust import tokens
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, Event, Lead, PlaybookDraft
from rounds.models.flow.active import active
from rounds.models.search import search
from rounds.playbook import PlaybookRefused, default, findings
from rounds.playbook.loader import read_only
from rounds.rules.own_fields import FieldRefused

FIELDS = """account:
  - {field: trauma_level, title: Trauma level, kind: picklist, values: [I, II, III]}
  - {field: contract_worth, title: Contract worth, kind: money, hides: [inside_sales]}
lead:
  - {field: region_note, title: Region note, kind: text, finds: true}
  - {field: visits, title: Visits, kind: number}
  - {field: renewal, title: Renewal, kind: date}
  - {field: pilot, title: Pilot, kind: yes_no}
contact: []
"""


@pytest.fixture
def own(cast):
    """The playbook with own fields, in force."""
    playbooks.publish({**default().files, "fields.yaml": FIELDS}, reason="Own fields", by=SYSTEM_ACTOR, at=now())
    return active().playbook


@pytest.fixture
def lead(own, cast):
    return leads.capture({"name": "Ann Lee", "state": "NY"}, by=SYSTEM_ACTOR, at=now(), owner=cast.owner)


@pytest.mark.req("PLUS-22")
def test_a_value_has_its_kind_its_history_and_is_found(lead, cast):
    by = cast.owner.actor
    set_own(lead, {"region_note": "Quillmere tender", "visits": "1,200", "renewal": "11/20/2026", "pilot": "yes"}, by=by, at=now())
    lead.refresh_from_db()
    assert {code: lead.custom[code] for code in ("visits", "renewal", "pilot")} == {"visits": 1200, "renewal": "2026-11-20", "pilot": True}
    assert [hit.id for hit in search("quillmere")] == [lead.id]
    said = Event.objects.get(kind="lead.changed").payload["changed"]
    assert said["custom.visits"] == [None, 1200]
    for wrong in ({"visits": "many"}, {"renewal": "soon"}, {"pilot": "perhaps"}, {"nothing": 1}):
        with pytest.raises(FieldRefused):
            set_own(lead, wrong, by=by, at=now())
    set_own(lead, {"region_note": None}, by=by, at=now())
    lead.refresh_from_db()
    assert "region_note" not in lead.custom
    assert search("quillmere") == []


@pytest.mark.req("PLUS-22")
def test_pages_lists_and_files_show_it(lead, cast, door):
    other = leads.capture({"name": "Bo Fox", "state": "NY"}, by=SYSTEM_ACTOR, at=now(), owner=cast.owner)
    set_own(lead, {"visits": 3, "pilot": True, "renewal": "2026-11-20"}, by=SYSTEM_ACTOR, at=now())
    set_own(other, {"visits": 12, "pilot": False}, by=SYSTEM_ACTOR, at=now())
    client = door(cast.owner)
    page = client.get(f"/leads/{lead.id}/").content.decode()
    assert "Your own fields" in page
    assert f"/own/lead/{lead.id}/visits/" in page
    asked = lambda query: client.get(f"/leads/?{query}").content.decode()  # noqa: E731
    assert "Ann Lee" in asked("f=own_visits.lte.5")
    assert "Bo Fox" not in asked("f=own_visits.lte.5")
    assert "Bo Fox" in asked("f=own_pilot.is.no")
    assert "Bo Fox" in asked("f=own_renewal.unknown")
    shown = asked("f=&sort=-own_visits&cols=own_visits")
    assert shown.index("Bo Fox") < shown.index("Ann Lee")
    answer = client.post("/lists/lead/exports/", {"query": "f=&cols=own_visits", "as": "csv", "reason": "for the test"})
    assert "Visits" in answer.content.decode()
    saved = client.post(f"/own/lead/{lead.id}/visits/", {"value": "4", "was": "3"})
    assert saved.status_code == 303
    assert Lead.objects.get(pk=lead.pk).custom["visits"] == 4


@pytest.mark.req("PLUS-22")
def test_a_form_takes_it(own, cast, door):
    client = door(cast.owner)
    assert "Region note" in client.get("/leads/new/").content.decode()
    assert client.post("/leads/new/", {"name": "Cy Hart", "custom.visits": "7", "mine": "1"}).status_code == 302
    assert Lead.objects.get(name="Cy Hart").custom == {"visits": 7}
    assert client.post("/leads/new/", {"name": "Di Iles", "custom.visits": "lots"}).status_code == 422
    assert not Lead.objects.filter(name="Di Iles").exists()


@pytest.mark.req("PLUS-22")
def test_the_api_is_typed_and_keeps_what_is_hidden(own, cast, client):
    account = accounts.add(name="Harbour", level="system", state="NY", by=SYSTEM_ACTOR, at=now(), owner=cast.owner)
    _, token = tokens.make(cast.owner, name="t", scopes=["accounts:read", "accounts:write"], by=cast.owner.actor, at=now())
    url = f"/api/v1/accounts/{account.id}/fields"
    send = lambda body: client.patch(url, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})  # noqa: E731
    assert send({"trauma_level": "II", "contract_worth": 120_000_00}).json() == {"data": {"trauma_level": "II", "contract_worth": 12_000_000}}
    assert send({"trauma_level": "VII"}).status_code == 422
    assert send({"owner_id": "x"}).status_code == 422
    _, other = tokens.make(cast.inside, name="t", scopes=["accounts:read", "accounts:write"], by=cast.inside.actor, at=now())
    Account.objects.filter(pk=account.pk).update(owner=cast.inside)
    answer = client.get(url, headers={"Authorization": f"Bearer {other}"})
    assert answer.json() == {"data": {"trauma_level": "II"}}
    refused = client.patch(url, {"contract_worth": 1}, content_type="application/json", headers={"Authorization": f"Bearer {other}"})
    assert refused.status_code == 403


@pytest.mark.req("PLUS-22")
def test_revops_adds_one_without_a_developer(cast, door):
    client = door(cast.revops)
    answer = client.post("/fields/", {"noun": "account", "title": "Trauma level", "kind": "picklist", "values": "I\nII\nnone"})
    assert (answer.status_code, answer.url) == (302, "/playbook/what-if/")
    files = {**default().files, **PlaybookDraft.objects.get(closed_at=None).files}
    assert [one.title for one in read_only(files).fields.account] == ["Trauma level"]
    assert client.post("/fields/", {"noun": "account", "title": "Empty", "kind": "picklist"}).status_code == 422
    assert door(cast.owner).post("/fields/", {"noun": "lead", "title": "X", "kind": "text"}).status_code == 403


@pytest.mark.req("PLUS-22")
def test_a_name_that_is_taken_is_a_finding():
    files = {**default().files, "fields.yaml": "account:\n  - {field: beds, title: Beds, kind: number}\nlead:\n  - {field: x, title: X, kind: number, finds: true}\ncontact: []\n"}
    said = " ".join(str(one) for one in findings(read_only(files)))
    assert "'beds' is taken" in said
    assert "'x' is no text" in said


@pytest.mark.req("PLUS-22")
def test_a_field_that_records_hold_keeps_its_kind(lead):
    changed = {**default().files, "fields.yaml": FIELDS.replace("title: Visits, kind: number", "title: Visits, kind: date")}
    set_own(lead, {"visits": 3}, by=SYSTEM_ACTOR, at=now())
    with pytest.raises(PlaybookRefused, match="'visits' was number and 1 records hold one"):
        playbooks.publish(changed, reason="Another kind", by=SYSTEM_ACTOR, at=now())
    set_own(lead, {"visits": None}, by=SYSTEM_ACTOR, at=now())
    playbooks.publish(changed, reason="Another kind", by=SYSTEM_ACTOR, at=now())


@pytest.mark.req("PLUS-22")
def test_a_lookup_is_picked_by_name_shown_by_name_and_kept_as_an_id(cast, door, see_all):
    text = FIELDS.replace("lead:\n", "lead:\n  - {field: parent_group, title: Parent group, kind: lookup, of: account}\n")
    playbooks.publish({**default().files, "fields.yaml": text}, reason="Own fields", by=SYSTEM_ACTOR, at=now())
    by = cast.admin.actor
    group = accounts.add(name="Quillmere Group", level="system", state="NY", by=by, at=now(), owner=cast.owner)
    for _ in range(2):
        accounts.add(name="Twin Health", level="system", state="NY", by=by, at=now(), owner=cast.owner)
    hidden = accounts.add(name="Far Away Health", level="system", state="CA", by=by, at=now(), owner=cast.colleague)
    lead = leads.capture({"name": "Ann Lee", "state": "NY"}, by=SYSTEM_ACTOR, at=now(), owner=cast.owner)
    client, place = door(cast.owner, htmx=True), f"/own/lead/{lead.id}/parent_group/"
    assert "Quillmere Group" in client.get("/own/lookups/account/?value=quill").content.decode()
    assert "Far Away" not in client.get("/own/lookups/account/?value=far+away").content.decode()
    assert 'list="look' in client.get(place).content.decode()
    saved = client.post(place, {"value": "quillmere group", "was": ""})
    assert "Quillmere Group" in saved.content.decode()
    see_all()
    assert Lead.objects.get(pk=lead.pk).custom["parent_group"] == str(group.id)
    assert 'value="Quillmere Group"' in client.get(place).content.decode()
    assert "Quillmere Group" in client.get(f"/leads/{lead.id}/").content.decode()
    assert "Linked" in client.get("/leads/?f=").content.decode()
    for said, sentence in (("Twin Health", "several accounts"), ("Nobody Health", "no account you see"), (f"/accounts/{hidden.id}/", "no such account")):
        refused = client.post(place, {"value": said, "was": str(group.id)})
        assert refused.status_code == 422
        assert sentence in refused.content.decode()
    assert client.post(place, {"value": "", "was": str(group.id)}).status_code == 200
    see_all()
    assert "parent_group" not in Lead.objects.get(pk=lead.pk).custom
