"""`rounds poc …`, `rounds quote …`, `rounds contract …`, `rounds customers …`: the deeds, as somebody types them."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

FILL = """
import json
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.actions.customers import customers, implementations
from rounds.actions.deals import opportunities
from rounds.actions.market import accounts, contacts
from rounds.actions.trust import agreements
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
    project = implementations.begin(customer, "Pier, roll-out", signed_on=at.date(), by=by, at=at)
    print(json.dumps({"deal": str(deal.id), "project": str(project.id), "account": str(account.id), "contact": str(people[0].id), "other": str(people[1].id), "customer": str(customer.id),
                      "owner": cast.owner.email, "colleague": cast.colleague.email, "manager": cast.manager.email, "legal": cast.legal.email,
                      "success": cast.success.email, "compliance": cast.compliance.email, "day": agreements.day(at).isoformat()}))
"""


@pytest.fixture(scope="module")
def world(filled):
    """A database with the cast, a deal and a customer: (its environment, the ids and addresses)."""
    return filled("cli_deeds", FILL)


@pytest.mark.req("POC-02", "POC-03", "POC-10", "LEGAL-03")
def test_a_poc_is_agreed_kicked_off_and_kept_from_data_without_a_baa(world, rounds):
    ids = world[1]
    poc = rounds("poc", "open", ids["deal"], "--weeks", "8").split()[0]
    rounds("poc", "describe", poc, "--use-case", "One unit", "--resources", "Two nurses", "--conversion-terms", "Then they sign", "--executive", ids["contact"],
           "--data-owner", ids["other"])  # fmt: skip
    assert rounds("poc", "criterion", poc, "Uptake", "adoption", "0.7", "--baseline", "0", "--mandatory", "--planned-n", "200").startswith("uptake: at least 0.7")
    assert "agreed" in rounds("poc", "agree", poc, ids["contact"])
    assert "running" in rounds("poc", "kickoff", poc)
    assert "No data came in yet" in rounds("poc", "read", poc, "uptake", "--hits", "120", "--n", "160", fails=True)
    assert "Sign a BAA" in rounds("poc", "milestone", poc, "data_integration", fails=True)
    assert "there are" in rounds("poc", "milestone", poc, "nothing", fails=True)
    issue = rounds("poc", "issue", poc, "No vitals after midnight").split()[0]
    assert "settled" in rounds("poc", "settle", poc, issue, "Gateway patched")
    assert "asked for" in rounds("poc", "more-time", poc, "2", "--why", "Late start")
    assert rounds("poc", "abandon", poc, "--why", "Not mine", who="colleague", fails=True)
    assert "abandoned" in rounds("poc", "abandon", poc, "--why", "They were bought")


@pytest.mark.req("PRICE-01", "PRICE-04", "PRICE-07", "PRICE-08", "PRICE-10")
def test_a_quote_is_drafted_changed_approved_and_accepted(world, rounds):
    ids = world[1]
    quote = rounds("quote", "draft", ids["deal"], "2ximaging_triage", "--term", "24").split()[0]
    assert "5 % off" in rounds("quote", "change", quote, "--off", "5")
    rounds("quote", "add-line", quote, "integration", "--price", "30,000.50")
    rounds("quote", "change-line", quote, "2", "--units", "2")
    told = json.loads(rounds("quote", "show", quote))
    assert [(line["units"], line["unit_cents"]) for line in told["lines"]][1] == (2, 3_000_050)
    rounds("quote", "drop-line", quote, "2")
    assert "lines" in rounds("quote", "drop-line", quote, "7", fails=True)
    assert "no percentage" in rounds("quote", "change", quote, "--off", "5.123", fails=True)
    assert "approved" in rounds("quote", "ask", quote)
    assert "Nobody is asked" in rounds("quote", "decide", quote, "approved", fails=True)
    assert "received" in rounds("quote", "concede", ids["deal"], "received", "longer_term", "--words", "24 months")
    proposal = rounds("proposal", "draft", quote, "--to", ids["contact"]).split()[0]
    shown = json.loads(rounds("proposal", "show", proposal, "--json"))
    assert (shown["version"], len(shown["sections"]), bool(shown["missing"])) == (1, 4, True)
    assert "Missing: " in rounds("proposal", "show", proposal)
    second = rounds("proposal", "revise", proposal).split()[0]
    assert "version 2, sent" in rounds("proposal", "send", second, "--how", "said")
    assert "viewed" in rounds("proposal", "opened", second, "--words", "She called")
    assert rounds("proposal", "withdraw", second, who="colleague", fails=True)
    assert "accepted" in rounds("proposal", "answer", second, "accepted", "--timeline-agreed")
    assert "2 proposals" in rounds("proposal", "list", ids["deal"])
    assert "accepted" in rounds("quote", "accept", quote)
    assert rounds("quote", "change", quote, "--off", "1", who="colleague", fails=True)


@pytest.mark.req("LEGAL-01", "LEGAL-02", "LEGAL-05")
def test_a_contract_is_reviewed_marked_redlined_and_let_go(world, rounds):
    ids = world[1]
    contract = rounds("contract", "add", "subscription", "--deal", ids["deal"], "--name", "Harbour, subscription", "--until", "2030-01-31").split()[0]
    assert "in review" in rounds("contract", "review", contract)
    assert "in review" in rounds("contract", "mark", contract, "liability", "in_review")
    assert rounds("contract", "mark", contract, "liability", "waived", "--reason", "Said elsewhere", fails=True)
    assert "terms" in rounds("contract", "tick", contract, "internal", "terms", who="legal")
    issue = rounds("contract", "redline", contract, "8.2 Liability", "--theirs", "No limit", "--ours", "12 months of fees").split()[0]
    assert "proposed" in rounds("contract", "settle", contract, issue, "proposed")
    assert "approved it" in rounds("contract", "approve", contract, "M. Halloran", "Minutes", "--on", ids["day"])
    assert "--deal" in rounds("contract", "add", "nda", fails=True)
    assert "abandoned" in rounds("contract", "end", contract, "--why", "Another form")


@pytest.mark.req("IMPL-05", "IMPL-08", "IMPL-09", "IMPL-10")
def test_a_customer_is_read_troubled_renewed_and_grown(world, rounds):
    ids = world[1]
    of = ids["customer"]
    assert "Health: " in rounds("customers", "read", of, "user_adoption", "active_users=120", "licensed_users=150", "--as-of", ids["day"], "--evidence", "Report")
    assert "active_users=120" in rounds("customers", "read", of, "user_adoption", "active_users=many", "--as-of", ids["day"], "--evidence", "x", fails=True)
    issue = rounds("customers", "issue", of, "Slow at noon", "--severity", "major").split()[0]
    said = rounds("customers", "show", of)
    assert issue in said
    assert "resolved" in rounds("customers", "resolve", of, issue, "More memory")
    assert "They speak for us" in rounds("customers", "reference", of, "--type", "Reference call")
    term = next(line.split()[1] for line in said.splitlines() if line.strip().startswith("term "))
    assert "from " in rounds("customers", "renew", of, term, "12", "--a-year", "130,000")
    assert rounds("customers", "issue", of, "Mine", who="colleague", fails=True)


@pytest.mark.req("POC-03", "POC-06", "POC-10", "PLUS-26")
def test_criteria_are_changed_and_revised_data_is_determined_and_an_issue_is_escalated(world, rounds):
    ids = world[1]
    poc = rounds("poc", "open", ids["deal"], "--weeks", "8").split()[0]
    rounds("poc", "describe", poc, "--use-case", "One unit", "--resources", "Two nurses", "--conversion-terms", "Then they sign", "--executive", ids["contact"],
           "--data-owner", ids["other"])  # fmt: skip
    rounds("poc", "criterion", poc, "Uptake", "adoption", "0.7", "--baseline", "0", "--mandatory", "--planned-n", "200")
    rounds("poc", "criterion", poc, "Clicks", "adoption", "0.5")
    assert "uptake: at least 0.6" in rounds("poc", "change-criterion", poc, "uptake", "--target", "0.6")
    assert "--target 0.8" in rounds("poc", "change-criterion", poc, "uptake", fails=True)
    assert "no better than the baseline" in rounds("poc", "change-criterion", poc, "uptake", "--at-most", fails=True)
    assert "clicks is left out" in rounds("poc", "drop-criterion", poc, "clicks")
    assert "there are uptake" in rounds("poc", "change-criterion", poc, "clicks", "--target", "0.8", fails=True)
    rounds("poc", "agree", poc, ids["contact"])
    rounds("poc", "kickoff", poc)
    assert "locked" in rounds("poc", "change-criterion", poc, "uptake", "--target", "0.5", fails=True)
    assert "Version 2" in rounds("poc", "revise", poc, "uptake", ids["contact"], "--target", "0.55", "--why", "One unit closed")
    assert "uptake  Uptake: at least 0.55" in rounds("poc", "show", poc)

    assert "until then it counts as patient data" in rounds("poc", "determinations", poc)
    synthetic = ("poc", "determine", poc, "Synthea, invented", "--no-patient-data", "--why", "Synthetic by construction")
    rounds(*synthetic, fails=True)
    assert "no patient data" in rounds(*synthetic, who="compliance")
    assert "Synthetic by construction" in rounds("poc", "determinations", poc)
    assert "uptake, week 1: 0.75" in rounds("poc", "read", poc, "uptake", "--hits", "150", "--n", "200")

    issue = rounds("poc", "issue", poc, "No vitals after midnight").split()[0]
    assert issue in rounds("poc", "show", poc)
    assert "Told: " in rounds("poc", "escalate", poc, issue)
    assert f"issue {issue}  major" in rounds("poc", "show", poc)
    assert rounds("poc", "escalate", poc, issue, who="colleague", fails=True)
    assert "abandoned" in rounds("poc", "abandon", poc, "--why", "They were bought")


@pytest.mark.req("IMPL-01", "IMPL-02")
def test_an_implementation_is_planned_moved_kicked_off_and_taken_live(world, rounds):
    ids, today = world[1], date.fromisoformat(world[1]["day"])
    project = ids["project"]

    def plan() -> dict:
        return json.loads(rounds("customers", "project", "show", project, "--json"))

    before = plan()
    assert {step["code"] for step in before["steps"]} >= {"kickoff", "go_live"}
    assert project in rounds("customers", "show", ids["customer"])
    first = min(before["steps"], key=lambda step: step["starts_on"])["phase"]
    day = (date.fromisoformat(before["kickoff_on"]) + timedelta(days=20)).isoformat()
    made = rounds("customers", "project", "add-step", project, first, "Badges for the ward", "--from", day, "--to", day, "--whose", "theirs").split()[0]
    assert made in rounds("customers", "project", "show", project)
    later = (date.fromisoformat(day) + timedelta(days=7)).isoformat()
    assert f"{later} to {later}" in rounds("customers", "project", "move-step", project, made, "--from", later, "--to", later, "--why", "Printer broke")
    assert "still open: " in rounds("customers", "project", "move-step", project, "nothing", "--from", day, "--to", day, "--why", "x", fails=True)
    assert "one after the other" in rounds("customers", "project", "replan", project, "--why", "x", "--weeks", "20", "--kickoff", day, fails=True)
    assert "12 weeks" in rounds("customers", "project", "replan", project, "--weeks", "12", "--why", "They are in a hurry")
    assert plan()["ends_on"] < before["ends_on"]
    assert f"from {today}" in rounds("customers", "project", "kickoff", project, "--on", today.isoformat())
    rounds("customers", "step", project, made, "--on", today.isoformat())
    assert "open again" in rounds("customers", "project", "reopen-step", project, made)
    assert rounds("customers", "project", "go-live", project, "--on", (today - timedelta(days=3)).isoformat(), "--evidence", "Report", fails=True)
    assert "live" in rounds("customers", "project", "go-live", project, "--on", today.isoformat(), "--evidence", "Use report")
    assert rounds("customers", "project", "complete", project, fails=True), "steps are open"
    assert rounds("customers", "project", "stop", project, "--why", "Mine", who="colleague", fails=True)
    assert "stopped" in rounds("customers", "project", "stop", project, "--why", "They were bought")


@pytest.mark.req("AUTO-13", "INTEG-14")
def test_a_meeting_is_booked_moved_and_called_off(world, rounds):
    ids = world[1]
    line = rounds("meeting", "times", "intro").splitlines()
    first, later = (one.split()[-1] for one in (line[0], line[-1]))
    meeting = rounds("meeting", "book", "intro", first, "--contact", ids["contact"]).split()[0]
    assert "is not free then" in rounds("meeting", "book", "intro", first, "--contact", ids["contact"], fails=True)
    assert "new invitation" in rounds("meeting", "move", meeting, later)
    assert "has not begun" in rounds("meeting", "held", meeting, "Went well", fails=True)
    assert rounds("meeting", "cancel", meeting, "Not mine", who="colleague", fails=True)
    assert "Called off" in rounds("meeting", "cancel", meeting, "They are ill")
    assert "cancelled" in rounds("meeting", "list")
