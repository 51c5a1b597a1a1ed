"""What the room says in words: what a stage is for, and what each event of a deal means."""

from __future__ import annotations

import pytest

from rounds.models.flow.deal_kinds import DEALS
from rounds.models.flow.paper_kinds import PAPER
from rounds.models.flow.price_kinds import PRICES
from rounds.playbook import default
from rounds.web.deals import timeline_words
from rounds.web.deals.panels import panels
from tests.actions.flow.test_events import payload_of

PLAIN = {"competitor.added", "competitor.changed", "competitor.retired", "competitor.cited", "contract.added", "contract.changed", "contract.ending"}
"""Not of one deal, or their names say it all."""


@pytest.mark.req("PIPE-27")
def test_the_room_says_what_its_stage_is_for(cast, door, sale, said, moved):
    aims = {code: " · ".join(stage.objectives) for code, stage in default().process.by_code.items()}
    assert f"Aims of Lead Identification & Qualification: {aims['P1']}" in said(door(cast.owner).get(sale.url))
    moved(sale.deal, "O5")
    assert f"Aims of Proof of Concept (POC): {aims['P4']}" in said(door(cast.owner).get(sale.url))


@pytest.mark.req("PIPE-27")
def test_the_aims_of_the_seven_stages_are_those_of_the_method():
    assert {code: stage.objectives for code, stage in default().process.by_code.items()} == {
        "P1": ("Identify qualified prospects", "Assess initial fit and interest", "Determine budget and timeline", "Map key stakeholders"),
        "P2": ("Deep dive into customer challenges", "Understand clinical workflows", "Identify integration requirements", "Build relationship with champions"),
        "P3": ("Demonstrate value alignment", "Address technical requirements", "Build stakeholder confidence", "Advance to POC consideration"),
        "P4": ("Validate solution in real environment", "Demonstrate measurable outcomes", "Build user confidence", "Address final concerns"),
        "P5": ("Present comprehensive proposal", "Address pricing and terms", "Manage competitive dynamics", "Secure commitment"), "P6": ("Navigate healthcare legal requirements", "Address compliance and security", "Finalize commercial terms", "Secure executive approval"), "P7": ("Ensure successful deployment", "Achieve time-to-value", "Build customer success foundation", "Prepare for expansion"),
    }  # fmt: skip


@pytest.mark.parametrize("kind", sorted({*DEALS, *PRICES, *PAPER} - PLAIN))
def test_every_event_of_a_deal_is_told_in_words(db, kind):
    """Whatever its payload holds, the empty words of one that was written long ago included."""
    panels()
    full = payload_of(kind)
    if kind == "opportunity.changed":
        full["changed"] = {"name": ["A", "B"]}
    assert kind in timeline_words.SAYS
    title, means = timeline_words.words(kind, full)
    assert title
    assert title == title.strip()
    assert isinstance(means, str)
    assert "_" not in title
    few = {name: type(value)() if isinstance(value, str | list | dict) else value for name, value in full.items()}
    assert timeline_words.words(kind, {**few, "changed": full.get("changed", {})})[0]


@pytest.mark.req("PRICE-09", "PIPE-22")
def test_money_and_reasons_are_read_as_people_write_them(db):
    panels()
    concession = {"side": "received", "kind": "reference", "worth_cents": 1_250_050, "text": "A case study"}
    assert timeline_words.words("concession.logged", concession) == ("Concession received: reference or case study", "A case study, $12,500.50")
    decided = {"name": "Quote 2", "level": "vp", "decision": "approved", "reason": "Two years"}
    assert timeline_words.words("quote.approval_decided", decided) == ("VP Sales: approved", "Quote 2, Two years")
    lost = {"reason": "no_decision", "competitor": "", "note": "Frozen", "recycle_on": None, "cancelled": []}
    assert timeline_words.words("opportunity.lost", lost) == ("Closed as lost", "no decision, Frozen")
    readout = {"result": "failed", "decision_due_on": "2026-11-02"}
    assert timeline_words.words("poc.readout_held", readout) == ("POC: results shown: failed", "decision due 2 Nov 2026")
