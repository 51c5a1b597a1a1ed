"""`rounds sequence` and `rounds enrolment` as somebody types them: a dry run, enrolling, pausing, stopping, and what they refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.serving import ROUNDS

FILL = """
import json
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.actions.leads import leads
from rounds.jobs.demo.cast import build_cast
from rounds.actions.reach.people import index_of
from rounds.kit.clock import now
from rounds.models import Message, Thread, User
from rounds.models.base import signature
with system_sight():
    cast = build_cast(now())
    lead = leads.capture({"name": "Rosa Meridian", "state": "NY", "title": "Chief Information Officer", "organization": "Meridian Health",
                          "email": "rosa@meridian.example"}, by=cast.owner.actor, at=now(), owner=cast.owner)
    User.objects.filter(pk=cast.integration.pk).update(role="portal")
    thread = Thread.objects.create(subject="Our talk", last_at=now(), mails=1, lead=lead, **signature(cast.owner.actor, now()))
    mail = Message.objects.create(thread=thread, user=cast.owner, direction="in", kind="answer", message_id="<1@mail.example>", sender="Rosa Meridian <rosa@meridian.example>",
                                  subject="Our talk", text="Shall we?", lead=lead, contact_index=index_of("rosa@meridian.example"), sent_at=now(), **signature(cast.owner.actor, now()))
    print(json.dumps({"lead": str(lead.id), "mail": str(mail.id), "owner": cast.owner.email, "colleague": cast.colleague.email, "legal": cast.legal.email, "customer": cast.integration.email}))
"""


@pytest.fixture(scope="module")
def world(clone):
    """A database with the cast and a lead: (its environment, the ids and addresses)."""
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": clone(f"cli_sequences_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")}
    filled = subprocess.run([sys.executable, "-c", FILL], env=environment, capture_output=True, text=True, check=False)
    assert filled.returncode == 0, filled.stderr
    return environment, json.loads(filled.stdout)


@pytest.mark.req("COMM-01", "COMM-15")
@pytest.mark.timeout(600)
def test_a_lead_is_tried_enrolled_paused_and_stopped(world):
    environment, ids = world

    def rounds(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False)

    mine = ("--as", ids["owner"])
    tried = rounds("sequence", "enrol", "initial_outreach", ids["lead"], *mine, "--dry-run").stdout
    assert "Introduction & Value Proposition" in tried
    assert "1 of 1 would be enrolled. Nothing was done." in tried
    assert json.loads(rounds("enrolment", "list", *mine, "--json").stdout) == []
    unseen = rounds("sequence", "enrol", "initial_outreach", ids["lead"], "--as", ids["colleague"])
    assert unseen.returncode == 2
    assert "not yours to change" in unseen.stderr
    assert "is a draft" in rounds("sequence", "enrol", "welcome", ids["lead"], *mine).stderr
    assert "1 of 1 are enrolled." in rounds("sequence", "enrol", "initial_outreach", ids["lead"], *mine, "--why", "The spring list").stdout
    (row,) = json.loads(rounds("enrolment", "list", *mine, "--json").stdout)
    assert (row["name"], row["next"]) == ("Rosa Meridian", "introduction")
    assert rounds("enrolment", "show", row["id"], "--as", ids["colleague"]).returncode == 2
    assert "paused until 2099-01-05" in rounds("enrolment", "pause", row["id"], *mine, "--why", "Budget first", "--until", "2099-01-05").stdout
    assert "Budget first" in rounds("enrolment", "show", row["id"], *mine).stdout
    refused = rounds("enrolment", "release", row["id"], *mine)
    assert refused.returncode == 2
    assert "read letters before they go; ask one of them" in refused.stderr
    assert "is stopped" in rounds("enrolment", "stop", row["id"], *mine, "--why", "By phone").stdout
    assert json.loads(rounds("sequence", "list", *mine, "--json").stdout)[0]["enrolled"] in (0, 1)
    assert "It ends when" in rounds("sequence", "show", "initial_outreach", *mine).stdout


@pytest.mark.req("COMM-06")
@pytest.mark.timeout(600)
def test_a_text_is_read_as_somebody_would_get_it(world):
    environment, ids = world

    def rounds(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False)

    mine = ("--as", ids["owner"])
    assert "outreach_introduction" in rounds("template", "list", *mine).stdout
    assert "The first name of the person" in rounds("template", "show", "outreach_introduction", *mine).stdout
    (one, other) = json.loads(rounds("template", "preview", "outreach_introduction", "--lead", ids["lead"], *mine, "--json").stdout)
    assert "Meridian Health" in one["subject"] + one["text"]
    assert "{{" not in other["text"]
    gaps = json.loads(rounds("template", "preview", "demo_thanks", "--lead", ids["lead"], *mine, "--json").stdout)[0]
    assert all("blocks sending" in says for says in gaps["blocks"])
    assert bool(gaps["blocks"]) == bool(gaps["missing"])
    assert "do not see it" in rounds("template", "preview", "outreach_introduction", "--lead", ids["lead"], "--as", ids["colleague"]).stderr
    assert "Say for whom" in rounds("template", "preview", "outreach_introduction", *mine).stderr
    assert "no such text" in rounds("template", "show", "nothing", *mine).stderr


@pytest.mark.req("COMM-06", "COMM-09")
@pytest.mark.timeout(600)
def test_a_letter_is_tried_written_and_let_go(world, tmp_path):
    environment, ids = world

    def rounds(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False)

    mine = ("--as", ids["owner"], "--lead", ids["lead"])
    tried = rounds("letter", "write", *mine, "--template", "outreach_trends", "--dry-run").stdout
    assert "Nothing was sent." in tried
    assert "No more of these" in tried
    file = tmp_path / "letter.txt"
    file.write_text("Hello {{contact.first_name}},\n\none question.\n")
    assert "is no place that is filled in" in rounds("letter", "write", *mine, "--subject", "{{x.y}}", "--text", str(file)).stderr
    assert "Say what to write" in rounds("letter", "write", *mine).stderr
    written = rounds("letter", "write", *mine, "--subject", "A question", "--text", str(file), "--at", "2099-01-05T10:00").stdout
    key = written.split()[0]
    assert "waiting" in written
    assert "A question" in rounds("letter", "show", key, "--as", ids["owner"]).stdout
    assert rounds("letter", "show", key, "--as", ids["colleague"]).returncode == 2
    assert "Let go" in rounds("letter", "drop", key, "--as", ids["owner"]).stdout
    assert "waits no more" in rounds("letter", "drop", key, "--as", ids["owner"]).stderr


@pytest.mark.req("PLUS-31")
@pytest.mark.timeout(600)
def test_a_mail_is_answered(world, tmp_path):
    environment, ids = world

    def rounds(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False)

    file = tmp_path / "answer.txt"
    file.write_text("Gladly.\n")
    said = ("letter", "write", "--answers", ids["mail"], "--text", str(file))
    tried = rounds(*said, "--as", ids["owner"], "--quotes", "--dry-run").stdout
    assert "Re: Our talk" in tried
    assert "> Shall we?" in tried
    assert "send: They wrote last" in tried
    assert "queued" in rounds(*said, "--as", ids["owner"]).stdout
    assert "There is no such mail" in rounds(*said, "--as", ids["colleague"]).stderr
    assert "leave out --lead" in rounds(*said, "--as", ids["owner"], "--lead", ids["lead"]).stderr


@pytest.mark.req("COMM-16")
@pytest.mark.timeout(600)
def test_a_send_has_a_name_numbers_and_an_end(world):
    environment, ids = world

    def rounds(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False)

    mine = ("--as", ids["owner"])
    assert "still says" in rounds("sequence", "enrol", "newsletter", ids["lead"], *mine).stderr
    assert "1 of 1 are enrolled." in rounds("sequence", "enrol", "resource_distribution", ids["lead"], *mine, "--campaign", "Autumn pages").stdout
    listed = rounds("campaign", "list", *mine).stdout
    assert "Autumn pages" in listed
    key = listed.split()[0]
    assert "Autumn pages (resource_distribution), running: 1 people" in rounds("campaign", "show", key, *mine).stdout
    assert "Marketing, managers" in rounds("campaign", "stop", key, *mine, "--why", "x").stderr


@pytest.mark.req("COMM-01", "X-1")
def test_whoever_reads_no_playbook_reads_no_sequences_here_either(world):
    environment, ids = world
    for words in (("sequence", "list"), ("sequence", "show", "initial_outreach"), ("poc", "list"), ("template", "list"), ("campaign", "list")):
        said = subprocess.run([*ROUNDS, *words, "--as", ids["customer"]], env=environment, capture_output=True, text=True, check=False)
        assert said.returncode == 2, (words, said.stdout)
        assert "Traceback" not in said.stderr
