"""What a role is kept from, it finds nowhere: a rich account, contact and lead are asked for in every way there is."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import unescape
from urllib.parse import urlencode

import pytest

from rounds.access import fields
from rounds.access.sight import sight
from rounds.actions.leads import leads
from rounds.actions.market import accounts, answers, contacts
from rounds.actions.trust import tokens
from rounds.analytics.market.briefs import brief_of
from rounds.documents.brief import html
from rounds.kit.clock import now
from rounds.kit.scope import Scope
from rounds.models import Account, CommitteeSeat, Contact, Event, Lead, SavedView
from rounds.models.flow.active import active

pytestmark = pytest.mark.req("COMPL-11", "SEC-01")
BUDGET = (
    "7654321",
    "7,654,321",
    "765432100",
    "$7.7M",
    "8765432",
    "8,765,432",
    "$8.8M",
    "5432109",
    "5,432,109",
    "$5.4M",
)
STANCE = ("zealotmark", "blocker", "influence 4", "Influence 4", "Against it", "No champion")
REACH = ("quillmark", "5550142", "555-0142", "555-0199", "5550199")
SECRETS = {"account.it_budget": BUDGET, "contact.stance": STANCE, "contact.email": REACH}
WATCHED = ("inside", "marketing", "engineer", "compliance", "legal", "success", "executive", "integration")


@pytest.fixture
def rich(cast):
    """An account of the Southeast whose every hidden field is set, changed and answered; its contact; its lead."""
    by, at = cast.admin.actor, now()
    book = active().playbook
    silent = sorted(fields.criteria(book, "lead_fit", ["account.it_budget"]))[0]
    level = next(c for c in book.scoring["lead_fit"].criteria if c.criterion == silent).levels[0].level
    unit = accounts.add(
        name="Marble Bay", level="system", state="GA", beds=500, it_budget_cents=8_765_432_00, by=by, at=at
    )
    unit = accounts.change(unit, it_budget_cents=7_654_321_00, by=by, at=at)
    person = contacts.add(
        unit, name="Rosa Lind", title="CIO", email="quillmark@bay.example", phone="404 555-0142", by=by, at=at
    )
    person = contacts.change(person, phone="404 555-0199", email="quillmark2@bay.example", by=by, at=at)
    contacts.seat(
        person, unit, role="CIO", influence=4, stance="blocker", motivation="zealotmark fears the board", by=by, at=at
    )
    lead = leads.capture({"name": "Otto Reed", "state": "GA", "email": "quillmark3@bay.example", "phone": "404 555-0142",
                          "facts": {"it_budget_usd": 5_432_109}}, by=by, at=at, account=unit)  # fmt: skip
    lead = leads.change(lead, facts={"it_budget_usd": 7_654_321}, phone="404 555-0199", by=by, at=at)
    said, _ = answers.answer(unit, silent, level, reason="they said 7,654,321", by=by, at=at)
    return {"account": unit, "contact": person, "lead": lead, "silent": silent, "level": level, "answer": said}


def pages(rich) -> list[str]:
    """Every page and fragment about the three, every list that shows them, every search that might."""
    account, contact, lead = (f"/{noun}s/{rich[noun].id}/" for noun in ("account", "contact", "lead"))
    parts = [
        account + part
        for part in (
            "",
            "hospitals/",
            "committee/",
            "leads/",
            "timeline/",
            "facts/",
            "scores/",
            "fit/",
            "preview/",
            "brief/",
            "brief.pdf",
            "timeline/?kind=people",
            "facts/it_budget_usd/",
        )
    ]
    parts += [contact, contact + "preview/", "/contacts/review/", lead, lead + "preview/"]
    parts += [
        lead + part for part in ("score/", "why/", "band/", "sandbox/", "what-if/", "cells/email/", "cells/phone/")
    ]
    parts += [
        f"/accounts/tree/?unit={rich['account'].id}",
        "/",
        "/market/?f=",
        "/market/map.json?f=",
        "/palette/",
        "/palette/?q=rosa",
    ]
    everything = {"cols": "email,phone,title,role,account,owner"}
    parts += [f"/{noun}/?{urlencode({'f': '', **everything})}" for noun in ("accounts", "contacts", "leads")]
    return [*parts, "/search/?q=rosa", "/search/?q=otto", "/search/?q=marble"]


def told(answer) -> str:
    """Everything an answer says, as text: of a workbook its cells."""
    kind = answer.headers.get("Content-Type", "")
    if "pdf" in kind:
        return ""  # its glyphs are no letters: what it is made of is read below
    if "sheet" in kind:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return "\n".join(book.read(name).decode() for name in book.namelist())
    return answer.content.decode()


def kept(user) -> list[str]:
    """The planted values this person must not find."""
    with sight(Scope(everything=True)):
        hidden = fields.hidden(user)
    return [secret for name, planted in SECRETS.items() if name in hidden for secret in planted]


def found(text: str, secrets: list[str]) -> list[str]:
    return [secret for secret in secrets if secret in text]


@pytest.mark.parametrize("who", WATCHED)
def test_no_page_tells_what_is_kept_from_its_reader(cast, rich, door, who):
    user = getattr(cast, who)
    if who == "integration":
        pytest.skip("services have no pages")
    client, secrets = door(user), kept(user)
    assert secrets
    for path in pages(rich):
        answer = client.get(path)
        assert answer.status_code in (200, 302, 403, 404), (path, answer.status_code)
        assert found(told(answer), secrets) == [], path


def test_the_admin_is_told_all_of_it_on_the_same_pages(cast, rich, door):
    """The test above would hold of empty pages too: whoever is kept from nothing finds the planted values there."""
    client = door(cast.admin)
    everything = "\n".join(told(client.get(path)) for path in pages(rich))
    for secret in ("7,654,321", "$7.7M", "zealotmark", "blocker", "quillmark2@bay.example", "555-0199"):
        assert secret in everything, secret


@pytest.mark.parametrize("who", ["inside", "compliance", "executive", "admin"])
def test_the_paper_of_a_brief_tells_no_more_than_the_page(cast, rich, as_seen_by, who):
    """The PDF is this HTML and nothing else."""
    user = getattr(cast, who)
    with as_seen_by(user) as scope:
        account = Account.objects.select_related("owner", "buying_unit").get(pk=rich["account"].pk)
        paper = html(brief_of(account, scope, at=now(), made_for=user.name))
    assert found(paper, kept(user)) == []
    assert ("blocker" in paper) is (who == "admin")


@pytest.mark.parametrize("who", ["inside", "marketing", "compliance"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_file_takes_out_what_is_kept(cast, rich, door, who, form):
    user = getattr(cast, who)
    client, secrets = door(user), kept(user)
    for noun in ("account", "contact", "lead", "unit"):
        query = "cols=email,phone,title,account,it_budget,stance"
        answer = client.post(f"/lists/{noun}/exports/", {"query": query, "as": form, "reason": "quarterly review"})
        assert answer.status_code == 200
        assert found(told(answer), secrets) == [], noun


def api(client, token: str, path: str, method: str = "GET", **body):
    headers = {"Authorization": f"Bearer {token}"}
    said = json.dumps(body) if method != "GET" else ""
    return client.generic(method, "/api/v1" + path, said, content_type="application/json", headers=headers)


@pytest.mark.parametrize("who", ["inside", "marketing", "integration"])
def test_the_api_gives_null_or_leaves_out(cast, rich, client, who):
    user = getattr(cast, who)
    token = tokens.make(user, name="t", scopes=tokens.scopes_for(user), by=user.actor, at=now())[1]
    secrets = kept(user)
    account, contact, lead = (f"/{noun}s/{rich[noun].id}" for noun in ("account", "contact", "lead"))
    for path in ["/accounts", "/contacts", "/leads", account, contact, lead, *(f"{account}/{part}" for part in (
        "facts", "scores", "tiers", "intelligence", "answers", "activities", "committee")),
        *(f"{lead}/{part}" for part in ("scores", "answers", "activities", "statuses")), "/search?q=marble"]:  # fmt: skip
        answer = api(client, token, path)
        assert answer.status_code == 200, (path, answer.content)
        assert found(answer.content.decode(), secrets) == [], path
    if "account.it_budget" in user_hidden(user):
        assert api(client, token, account).json()["it_budget_cents"] is None
        assert "it_budget_usd" not in {row["key"] for row in api(client, token, f"{account}/facts").json()["data"]}
        assert rich["silent"] not in {
            row["criterion"] for row in api(client, token, f"{account}/answers").json()["data"]
        }
    seat = api(client, token, f"{account}/committee").json()["data"][0]
    assert (seat["stance"], seat["influence"], seat["motivation"]) == (None, None, None)


def user_hidden(user) -> frozenset[str]:
    with sight(Scope(everything=True)):
        return fields.hidden(user)


@pytest.mark.parametrize("asked", ["f=email.is.quillmark2@bay.example", "f=email.starts.quill", "f=email.known", "sort=email", "sort=-email",
                                   "f=name.known&or=email.starts.q"])  # fmt: skip
def test_a_hidden_field_is_neither_filtered_nor_sorted_by(cast, rich, door, asked):
    answer = door(cast.executive).get(f"/contacts/?{asked}")
    assert answer.status_code == 403
    assert "E-mail is not shown to your role" in answer.content.decode()
    assert door(cast.admin).get(f"/contacts/?{asked}").status_code == 200


def test_views_that_ask_for_a_hidden_field_are_not_offered_and_open_nothing(cast, rich, door):
    at = now()
    SavedView.objects.create(
        user=cast.admin, noun="contact", name="Bay people", query="f=email.starts.quill", shared=True, created_at=at
    )
    SavedView.objects.create(
        user=cast.executive, noun="contact", name="Mine", query="sort=email", is_default=True, created_at=at
    )
    page = door(cast.executive).get("/contacts/", follow=True)
    assert page.status_code == 200
    assert "Bay people" not in page.content.decode()
    assert "Bay people" in door(cast.admin).get("/contacts/", follow=True).content.decode()


@pytest.mark.parametrize("words", ["quillmark", "quillmark2", "quillmarc3"])
def test_the_words_of_an_address_find_nobody_for_who_is_kept_from_addresses(cast, rich, door, words):
    for where in ("/search/?q=", "/palette/?q=", "/contacts/?f=words.has.", "/leads/?f=words.has."):
        page = door(cast.executive).get(where + words).content.decode()
        assert "Rosa Lind" not in page, where
        assert "Otto Reed" not in page, where
    assert "Otto Reed" in door(cast.admin).get("/search/?q=quillmark3").content.decode()
    assert "Rosa Lind" in door(cast.executive).get("/search/?q=rosa").content.decode()


WRITES = [
    ("inside", "/accounts/{account}/facts/it_budget_usd/", {"value": "1"}),
    ("inside", "/accounts/{account}/answers/", {"criterion": "{silent}", "level": "{level}"}),
    ("inside", "/accounts/{account}/answers/{answer}/withdrawal/", {}),
    ("inside", "/accounts/{account}/seats/", {"contact": "{contact}", "role": "CIO", "stance": "champion"}),
    ("inside", "/leads/{lead}/answers/", {"criterion": "{silent}", "level": "{level}"}),
    ("inside", "/leads/{lead}/overrides/", {"set": "{silent}={level}", "reason": "x", "until": "2099-01-01"}),
    ("inside", "/leads/new/", {"name": "New One", "fact.it_budget_usd": "5"}),
]


@pytest.mark.parametrize(("who", "path", "said"), WRITES)
def test_what_one_is_not_shown_one_does_not_write(cast, rich, door, see_all, who, path, said):
    ids = {name: str(getattr(row, "id", row)) for name, row in rich.items()}
    before = Event.objects.count()
    answer = door(getattr(cast, who)).post(
        path.format(**ids), {key: value.format(**ids) for key, value in said.items()}
    )
    assert answer.status_code == 403, answer.content[:300]
    see_all()
    assert Event.objects.count() == before
    assert Account.objects.get(pk=rich["account"].pk).it_budget_cents == 7_654_321_00
    assert CommitteeSeat.objects.get(contact=rich["contact"]).stance == "blocker"


def test_a_seat_changed_by_who_does_not_see_its_stance_keeps_it(cast, rich, door, see_all):
    door(cast.inside).post(
        f"/accounts/{rich['account'].id}/seats/", {"contact": str(rich["contact"].id), "role": "CIO"}
    )
    see_all()
    seat = CommitteeSeat.objects.get(contact=rich["contact"])
    assert (seat.stance, seat.influence, seat.motivation) == ("blocker", 4, "zealotmark fears the board")
    assert seat.by_id == cast.inside.id


def test_facts_replaced_over_the_api_keep_those_their_writer_is_not_shown(cast, rich, client, see_all):
    token = tokens.make(cast.inside, name="t", scopes=tokens.scopes_for(cast.inside), by=cast.inside.actor, at=now())[1]
    lead = f"/leads/{rich['lead'].id}"
    assert api(client, token, lead, "PATCH", facts={"beds": 300}).status_code == 200
    assert api(client, token, lead, "PATCH", facts={"it_budget_usd": 1}).status_code == 403
    see_all()
    assert Lead.objects.get(pk=rich["lead"].pk).facts == {"beds": 300, "it_budget_usd": 7_654_321}


@pytest.mark.req("COMPL-09")
def test_events_keep_no_sealed_value_in_the_clear(rich):
    """A telephone number is sealed in its row; an event that held it before and after would undo that for years."""
    events = Event.objects.filter(kind__in=("lead.changed", "contact.changed"))
    assert [event.payload["changed"]["phone"] for event in events] == [[None, None]] * 2
    assert "555-01" not in json.dumps([event.payload for event in Event.objects.all()])


def test_a_changed_number_is_said_to_have_changed_and_can_still_be_undone(cast, rich, door, see_all):
    page = door(cast.admin).get(f"/leads/{rich['lead'].id}/").content.decode()
    assert "phone: changed" in page
    url = f"/leads/{rich['lead'].id}/cells/phone/"
    saved = door(cast.admin, htmx=True).post(url, {"value": "404 555-0111", "was": "404 555-0199"})
    assert saved.status_code == 200
    back = re.search(r"/leads/[^\"]+\?back=[^\"]+", saved.content.decode()).group()
    assert "555" not in back, "no number in an address"
    assert door(cast.owner, htmx=True).post(unescape(back)).status_code == 404, "the way back is hers alone"
    undone = door(cast.admin, htmx=True).post(unescape(back))
    assert undone.status_code == 204
    see_all()
    assert Lead.objects.get(pk=rich["lead"].pk).phone == "404 555-0199"
    assert Contact.objects.get(pk=rich["contact"].pk).phone == "404 555-0199"


def test_a_group_of_fields_nobody_can_keep_is_refused_in_the_playbook():
    from rounds.playbook.checks.access import access_findings
    from rounds.playbook.loader import default, read_only

    files = dict(default().files)
    files["access/roles.yaml"] = files["access/roles.yaml"].replace("[account.it_budget]", "[account.beds]")
    assert any("account.beds" in str(finding) for finding in access_findings(read_only(files)))
