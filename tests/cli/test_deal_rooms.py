"""`rounds deal demo | committee | discovery`, `rounds competitor`, addresses of signature services, and who spoke for us."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

FILL = """
import json
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.actions.customers import customers
from rounds.actions.deals import opportunities
from rounds.actions.market import accounts, contacts
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
with system_sight():
    cast = build_cast(now())
    by, at = cast.owner.actor, now()
    account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=by, at=at)
    people = [contacts.add(account, name=name, title=title, by=by, at=at) for name, title in (("Bo Fox", "CIO"), ("Ada Wren", "CMO"))]
    deal = opportunities.open_deal(account, "Imaging", owner=cast.owner, by=by, at=at)
    other = accounts.add(name="Pier Health", level="system", state="NY", owner=cast.owner, by=by, at=at)
    customer = customers.bring_in(other, since=at.date(), months=12, arr_cents=12_000_000, owner=cast.owner, by=by, at=at)
    print(json.dumps({"deal": str(deal.id), "contact": str(people[0].id), "other": str(people[1].id), "customer": str(customer.id),
                      "owner": cast.owner.email, "colleague": cast.colleague.email, "marketing": cast.marketing.email, "admin": cast.admin.email, "legal": cast.legal.email}))
"""
EARLIER = f"{datetime.now(UTC) - timedelta(hours=30):%Y-%m-%dT%H:%M}+00:00"
SOON = f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%d}"


@pytest.fixture(scope="module")
def world(filled):
    """A database with the cast, a deal with two people and a customer: (its environment, the ids and addresses)."""
    return filled("cli_rooms", FILL)


@pytest.mark.req("DEMO-04", "DEMO-06")
def test_a_demo_has_people_ticks_questions_and_what_was_said(world, rounds):
    ids = world[1]
    deal, demo = ids["deal"], rounds("deal", "demo", "book", ids["deal"], "executive", EARLIER, "--with", ids["contact"]).split()[0]
    assert "Ada Wren is invited" in rounds("deal", "demo", "invite", deal, demo, ids["other"])
    assert "off the list" in rounds("deal", "demo", "invite", deal, demo, ids["other"], "--off")
    assert "not invited" in rounds("deal", "demo", "invite", deal, demo, ids["other"], "--off", fails=True)
    assert "clinical_value is ticked." in rounds("deal", "demo", "tick", deal, demo, "clinical_value")
    assert "as it was" in rounds("deal", "demo", "tick", deal, demo, "clinical_value")
    assert "it has: outcomes_first" in rounds("deal", "demo", "tick", deal, demo, "coffee", fails=True)
    assert "Held" in rounds("deal", "demo", "hold", deal, demo, "--came", ids["contact"])
    assert "Kept" in rounds("deal", "demo", "feedback", deal, demo, ids["contact"], "5", "--intent", "yes", "--champion")
    assert "Rate it from 1 to 5" in rounds("deal", "demo", "feedback", deal, demo, ids["contact"], "9", fails=True)
    question = rounds("deal", "demo", "ask", deal, demo, "Does it run on site?", "--until", SOON, "--asked-by", ids["contact"]).split()[0]
    assert "has passed" in rounds("deal", "demo", "ask", deal, demo, "And then?", "--until", "2020-01-01", fails=True)
    assert f"open until {SOON}" in rounds("deal", "demo", "show", deal, demo)
    assert "Answered" in rounds("deal", "demo", "answer", deal, demo, question, "It does")
    told = json.loads(rounds("deal", "demo", "show", deal, demo, "--json"))
    assert [(one["name"], one["came"], one["rating"], one["champion"]) for one in told["people"]] == [("Bo Fox", True, 5, True)]
    assert [item["code"] for item in told["guide"] if item["ticked"]] == ["clinical_value"]
    assert told["questions"][0]["answer"] == "It does"
    assert "you do not see it" in rounds("deal", "demo", "show", deal, demo, who="colleague", fails=True)


@pytest.mark.req("DEMO-05")
def test_nobody_came_to_a_demo(world, rounds):
    deal = world[1]["deal"]
    demo = rounds("deal", "demo", "book", deal, "executive", EARLIER, "--with", world[1]["contact"]).split()[0]
    later = rounds("deal", "demo", "book", deal, "executive", f"{SOON}T10:00", "--with", world[1]["contact"]).split()[0]
    assert "has not begun yet" in rounds("deal", "demo", "no-show", deal, later, fails=True)
    assert "a task asks for a new day" in rounds("deal", "demo", "no-show", deal, demo, "--why", "An emergency")
    assert "not planned any more" in rounds("deal", "demo", "no-show", deal, demo, fails=True)
    assert {one["id"]: one["state"] for one in json.loads(rounds("deal", "demo", "list", deal, "--json"))}[demo] == "no_show"


@pytest.mark.req("ACCT-13", "ACCT-14")
def test_lines_of_a_committee_are_drawn_and_taken_away(world, rounds):
    ids = world[1]
    deal, bo, ada = ids["deal"], ids["contact"], ids["other"]
    for person in (bo, ada):
        rounds("deal", "committee", "seat", deal, person, "--influence", "3")
    assert "Bo Fox influences Ada Wren." in rounds("deal", "committee", "line", deal, bo, ada)
    assert json.loads(rounds("deal", "committee", "show", deal, "--json"))["lines"] == [{"who": bo, "whom": ada}]
    assert "Bo Fox influences Ada Wren" in rounds("deal", "committee", "show", deal)
    assert "from one person of the committee to another" in rounds("deal", "committee", "line", deal, bo, bo, fails=True)
    rounds("deal", "committee", "seat", deal, bo, "--reports-to", ada, "--stance", "sceptic", "--motivation", "Fewer night calls")
    assert "reports to" in rounds("deal", "committee", "seat", deal, ada, "--reports-to", bo, fails=True)
    rounds("deal", "committee", "seat", deal, bo, "--on-top")
    rounds("deal", "committee", "seat", deal, ada, "--reports-to", bo)
    assert "no longer influences" in rounds("deal", "committee", "line", deal, bo, ada, "--off")
    assert "Ada Wren is off the committee" in rounds("deal", "committee", "leave", deal, ada, "--reason", "On leave")
    assert "not on the committee" in rounds("deal", "committee", "line", deal, bo, ada, fails=True)


@pytest.mark.req("PIPE-23", "PIPE-24")
def test_the_agenda_of_one_call_and_a_success_criterion(world, rounds):
    ids = world[1]
    deal = ids["deal"]
    call = rounds("deal", "discovery", "plan", deal, "2099-01-05T10:00").split()[0]
    assert "Challenges 20 min" in rounds("deal", "discovery", "agenda", deal, call, "challenges=20", "technology=5")
    assert "5 too many" in rounds("deal", "discovery", "agenda", deal, call, "technology=10", fails=True)
    assert "technology=15" in rounds("deal", "discovery", "agenda", deal, call, "technology=ten", fails=True)
    assert "1 of the customer" in rounds("deal", "discovery", "change", deal, call, "--at", "2099-01-06T10:00+00:00", "--with", ids["contact"])
    assert "--at or --with" in rounds("deal", "discovery", "change", deal, call, fails=True)
    found = rounds("deal", "discovery", "record", deal, "success_criterion", "Faster reads", "--measure", "Hours to a read", "--baseline", "9", "--target", "2",
                   "--call", call)  # fmt: skip
    assert found.strip().endswith("success_criterion")
    assert "no such thing below" in rounds("deal", "discovery", "record", deal, "pain_point", "Late", "--call", str(uuid4()), fails=True)


@pytest.mark.req("COMPETE-01", "COMPETE-05")
def test_the_registry_of_competitors(world, rounds):
    assert "Asterion, established" in rounds("competitor", "add", "Asterion", "--products", "Triage, Flow", "--website", "https://asterion.example", who="marketing")
    assert "already" in rounds("competitor", "add", "Asterion", who="marketing", fails=True)
    assert rounds("competitor", "add", "Borealis", who="legal", fails=True), "legal keeps no registry"
    assert "changed" in rounds("competitor", "change", "asterion", "--kind", "entrant", "--pricing", "By the bed", who="marketing")
    assert "Say what changes" in rounds("competitor", "change", "Asterion", who="marketing", fails=True)
    assert "Their price list" in rounds("competitor", "cite", "Asterion", "Their price list", "--as-of", "2026-01-05", "--sure", "80", who="marketing")
    assert "0 to 100" in rounds("competitor", "cite", "Asterion", "A rumour", "--as-of", "2026-01-05", "--sure", "180", who="marketing", fails=True)
    told = json.loads(rounds("competitor", "show", "Asterion", "--json"))
    assert (told["kind"], told["products"], told["pricing"], told["sources"][0]["confidence"]) == ("entrant", ["Triage", "Flow"], "By the bed", 80)
    assert "80 % sure  Their price list" in rounds("competitor", "show", told["id"])
    assert "off the lists" in rounds("competitor", "retire", "Asterion", who="marketing")
    assert "0 competitors" in rounds("competitor", "list")
    assert json.loads(rounds("competitor", "list", "--all", "--json"))[0]["retired"]
    assert "no such competitor" in rounds("competitor", "show", "Nobody", fails=True)


@pytest.mark.req("LEGAL-05")
def test_addresses_of_signature_services_are_opened_listed_and_closed(world, rounds):
    address = rounds("contract", "hook", "SignIt", who="admin").splitlines()[0]
    first = json.loads(rounds("contract", "hooks", "--json", who="admin"))[0]
    assert (first["name"], first["address"], first["ended_at"]) == ("SignIt", address, None)
    assert "secret" not in rounds("contract", "hooks", who="admin").lower()
    assert rounds("contract", "hooks", fails=True), "only whoever opens addresses lists them"
    assert "SignIt is closed" in rounds("contract", "unhook", first["id"], who="admin")
    assert "closed" in rounds("contract", "hooks", who="admin")
    assert "no such address" in rounds("contract", "unhook", str(uuid4()), who="admin", fails=True)


@pytest.mark.req("IMPL-08")
def test_who_speaks_for_us_is_written_down_and_not_asked_too_often(world, rounds):
    of = world[1]["customer"]
    assert "did not agree" in rounds("customers", "uses", of)
    assert "did not agree" in rounds("customers", "spoke", of, "Reference call", "Harbour Health", fails=True)
    rounds("customers", "reference", of, "--type", "Reference call", "--most", "1")
    assert "Reference call" in rounds("customers", "spoke", of, "Reference call", "Harbour Health")
    assert "Ask another customer" in rounds("customers", "spoke", of, "Reference call", "Pier Two", fails=True)
    told = json.loads(rounds("customers", "uses", of, "--json"))
    assert (told["left"], [one["told_to"] for one in told["uses"]]) == (0, ["Harbour Health"])
    assert "0 more for now" in rounds("customers", "uses", of)
