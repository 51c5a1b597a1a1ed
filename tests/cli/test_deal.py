"""`rounds deal …`, `rounds content`, `rounds handoff` and a trial on a deal, as somebody types them."""

from __future__ import annotations

import json
import re
import subprocess
from uuid import uuid4

import psycopg
import pytest

from tests.serving import ROUNDS

FILL = """
import json
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.actions.deals import competitors, opportunities, stages
from rounds.actions.market import accounts, contacts
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
with system_sight():
    cast = build_cast(now())
    by, at = cast.owner.actor, now()
    account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=by, at=at)
    person = contacts.add(account, name="Bo Fox", title="CIO", by=by, at=at)
    deal = opportunities.open_deal(account, "Imaging", owner=cast.owner, by=by, at=at)
    competitors.add(name="Asterion", by=by, at=at)
    waits = opportunities.open_deal(account, "Stroke", owner=cast.owner, by=by, at=at)
    stages.triggered(waits, "poc.kicked_off", by=cast.integration.actor, at=at)
    print(json.dumps({"deal": str(deal.id), "account": str(account.id), "waits": str(waits.id), "contact": str(person.id), "owner": cast.owner.email, "colleague": cast.colleague.email,
                      "marketing": cast.marketing.email, "admin": cast.admin.email, "revops": cast.revops.email}))
"""


@pytest.fixture(scope="module")
def world(filled):
    """A database with the cast and a deal of the owner's: (its environment, the ids and addresses)."""
    return filled("cli_deal", FILL)


@pytest.mark.req("ACCT-13", "ACCT-15", "PIPE-23", "PLUS-28", "X-1")
def test_the_room_of_a_deal_is_worked_on_from_the_command_line(world, rounds):
    _, ids = world
    deal = ids["deal"]
    assert "Bo Fox is on the committee: CIO." in rounds("deal", "committee", "seat", deal, ids["contact"], "--role", "CIO", "--influence", "4", "--stance", "champion")
    held = json.loads(rounds("deal", "committee", "show", deal, "--json"))
    assert (held["people"][0]["influence"], held["people"][0]["stance"], bool(held["lacks"])) == (4, "champion", True)
    assert "you do not see it" in rounds("deal", "committee", "show", deal, who="colleague", fails=True)
    assert "use one of" in rounds("deal", "committee", "seat", deal, ids["contact"], "--stance", "keen", fails=True)

    call = rounds("deal", "discovery", "plan", deal, "2099-01-05T10:00", "--with", ids["contact"]).split()[0]
    sections = json.loads(rounds("deal", "discovery", "show", deal, "--json"))["calls"][0]["agenda"]
    assert len(sections) == 6
    assert "1 of 6 sections" in rounds("deal", "discovery", "note", deal, call, sections[0]["section"], "Late alerts")
    assert "before the call counts as held" in rounds("deal", "discovery", "hold", deal, call, fails=True)

    assert "Union hearing, 9 days" in rounds("deal", "path", "add", deal, "Union hearing", "9")
    shown = json.loads(rounds("deal", "path", "show", deal, "--json"))
    assert "Union hearing" in [step["title"] for step in shown["steps"]]
    assert "usual approvals are there" in rounds("deal", "approvals", "add", deal, "--usual")
    first = json.loads(rounds("deal", "approvals", "list", deal, "--json"))[0]
    assert "approved" in rounds("deal", "approvals", "change", deal, first["id"], "--state", "approved")


@pytest.mark.req("PIPE-25", "PLUS-24", "DEMO-01")
def test_notes_demos_the_timeline_and_what_is_left_undone(world, rounds):
    _, ids = world
    deal = ids["deal"]
    kept = rounds("deal", "note", "add", deal, "They decide in May").split()[0]
    assert "They decide in May" in rounds("deal", "timeline", deal, "--only", "notes")
    assert "Taken back" in rounds("deal", "note", "withdraw", deal, kept)
    assert "They decide in May" not in rounds("deal", "timeline", deal)
    undone = json.loads(rounds("deal", "hygiene", deal, "--json"))
    assert "no_close" in [one["check"] for one in undone]
    demo = rounds("deal", "demo", "book", deal, "executive", "2099-01-05T10:00", "--with", ids["contact"]).split()[0]
    assert "Called off" in rounds("deal", "demo", "cancel", deal, demo, "--why", "No room")
    assert json.loads(rounds("deal", "demo", "list", deal, "--json"))[0]["state"] == "cancelled"
    assert "O1" in [row["stage"] for row in json.loads(rounds("deal", "list", "--json"))]
    assert "Before" in rounds("deal", "show", deal)


@pytest.mark.req("AUTO-14", "AUTO-17")
def test_content_goes_and_a_hand_off_is_given(world, rounds):
    _, ids = world
    asset = rounds("content", "add", "One-pager", "https://files.example/a.pdf", "--kind", "one_pager", who="marketing").split()[0]
    assert "Only marketing" in rounds("content", "approve", asset, "1", fails=True)
    assert "Somebody else" in rounds("content", "approve", asset, "1", who="marketing", fails=True)
    assert "It may go out until" in rounds("content", "approve", asset, "1", who="admin")
    went = rounds("deal", "content", "deliver", ids["deal"]).split()[0]
    assert "Kept" in rounds("deal", "content", "sent", ids["deal"], went, "--read", "answered")
    assert "answered" in rounds("deal", "content", "list", ids["deal"])
    assert "/v/" in rounds("deal", "content", "share", ids["deal"], went)
    assert "lead nowhere" in rounds("deal", "content", "share", ids["deal"], went, "--end")
    over = rounds("handoff", "give", "onboarding", "Harbour is won", "--deal", ids["deal"]).split()[0]
    assert "waiting" in rounds("handoff", "list", "--state", "waiting")
    assert "accepts it" in rounds("handoff", "accept", over, fails=True)
    assert "Yours, due" in rounds("handoff", "accept", over, who="admin")
    assert "no such hand-off" in rounds("handoff", "finish", str(uuid4()), "--outcome", "Done", fails=True)


@pytest.mark.req("COMM-12")
def test_a_recording_is_cleared_before_it_is_approved(world, rounds):
    said = ("content", "add", "A demo", "https://videos.example/demo", "--kind", "video", "--purpose", "demo_recording")
    assert "on which platform" in rounds(*said, who="marketing", fails=True)
    assert "No agreement with Zoom" in rounds(*said, "--platform", "zoom", who="marketing", fails=True)
    video = rounds("content", "add", "Hello", "https://videos.example/hello", "--kind", "video", "--purpose", "intro", who="marketing").split()[0]
    assert "Only a recording" in rounds("content", "clear", video, "1", "--seen", "Us", "--no-patient-data", who="marketing", fails=True)
    assert "It may go out until" in rounds("content", "approve", video, "1", who="admin")
    assert "Hello: version 1" in rounds("content", "list")


@pytest.mark.req("AUTO-01", "AUTO-10")
def test_a_trial_on_a_deal_writes_nothing(world, server):
    environment, ids = world

    def rows() -> dict[str, int]:
        with psycopg.connect(server.dsn("rounds_owner", environment["ROUNDS_DATABASE_NAME"])) as connection:
            tables = [row[0] for row in connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^(rounds|procrastinate)_'").fetchall()]
            return {table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in tables}

    before = rows()
    tried = subprocess.run([*ROUNDS, "automation", "test", "deal_stage_1", ids["deal"], "--by", ids["revops"]], env=environment, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    assert re.search(r"1 Opportunity record creation: done, opened without a lead", tried.stdout), tried.stdout
    assert "failed" not in tried.stdout
    assert rows() == before


@pytest.mark.req("PIPE-25", "PIPE-29", "COMPETE-05", "X-1")
def test_a_deal_is_changed_priced_called_met_placed_and_given_on(world, rounds):
    _, ids = world
    deal = rounds("deal", "open", ids["account"], "Sepsis").split()[0]
    assert "closes 2099-03-31; next: Call the CIO" in rounds("deal", "change", deal, "--closes", "2099-03-31", "--next", "Call the CIO")
    assert "--closes" in rounds("deal", "change", deal, fails=True)
    assert "404,800.50 USD a year" in rounds("deal", "price", deal, "404,800.50", "--months", "24")
    assert "commit" in rounds("deal", "forecast", deal, "commit", "--why", "The board said yes")
    assert rounds("deal", "forecast", deal, "certain", fails=True)
    assert "Asterion: incumbent" in rounds("deal", "met", deal, "asterion", "--status", "incumbent")
    assert "no longer met" in rounds("deal", "met", deal, "Asterion", "--off")
    assert "in this deal" in rounds("deal", "met", deal, "Asterion", "--off", fails=True)
    assert "There is no competitor named Nobody" in rounds("deal", "met", deal, "Nobody", fails=True)
    assert "below Imaging" in rounds("deal", "place", deal, "--below", ids["deal"])
    assert "on its own, 0 further accounts" in rounds("deal", "place", deal)
    assert "0 wait for a word" in rounds("deal", "signals", deal)
    assert "no such thing below this deal" in rounds("deal", "decide", deal, str(uuid4()), "accept", fails=True)
    assert rounds("deal", "assign", deal, ids["colleague"], fails=True), "a rep gives nothing away"
    assert "you do not see it" in rounds("deal", "price", deal, "1", who="colleague", fails=True)


@pytest.mark.req("PIPE-05")
def test_what_arrived_is_let_through_or_not_from_the_command_line(world, rounds):
    _, ids = world
    first = rounds("deal", "signals", ids["waits"]).split()[0]
    assert rounds("deal", "decide", ids["waits"], first, "dismiss", fails=True), "say why not"
    assert "poc.kicked_off: dismissed." in rounds("deal", "decide", ids["waits"], first, "dismiss", "--why", "It was another deal's")
    assert "0 wait for a word" in rounds("deal", "signals", ids["waits"])
