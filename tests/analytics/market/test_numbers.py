"""What the pages read: roll-ups, standing claims, peers, reasons, queries without a field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.analytics.market import facts
from rounds.analytics.market.market import without
from rounds.analytics.market.tree import Node, rolled_up
from rounds.models import Account, AccountFact
from rounds.models.listing import parse
from rounds.models.market.listing import UNITS
from rounds.playbook import default
from rounds.rules.universe.peers import against_peers, features_of, nearest

AT = datetime(2026, 11, 20, tzinfo=UTC)


def place(beds=None, budget=None, status="open", locations=None, children=()):
    """A node that states `beds` and an IT budget of its own, or does not."""
    account = Account(name="x", level="hospital", beds=beds, it_budget_cents=budget, status=status, locations=locations)
    return Node(account, list(children))


trees = st.recursive(
    st.builds(place, st.none() | st.integers(0, 3000)),
    lambda kids: st.builds(lambda beds, below: place(beds, children=below), st.none() | st.integers(0, 9000), st.lists(kids, max_size=4)),
    max_leaves=12,
)


@pytest.mark.req("ACCT-08")
@given(trees)
@settings(max_examples=150)
def test_a_node_counts_its_own_word_or_its_children_never_both(root):
    rolled_up(root, {})
    for node in root.walk():
        below = [kid.whole["beds"] for kid in node.children if kid.whole["beds"] is not None]
        assert node.below["beds"] == (sum(below) if below else None)
        assert node.whole["beds"] == (node.account.beds if node.account.beds is not None else node.below["beds"])


@pytest.mark.req("ACCT-08")
def test_closed_places_count_nothing_and_rows_add_up():
    open_one, closed = place(100), place(900, status="closed")
    root = place(children=[open_one, closed, place(50, locations=5)])
    rows = {root.account.id: 1, open_one.account.id: 2, closed.account.id: 4}
    rolled_up(root, {"leads": rows})
    assert root.whole["beds"] == 150
    assert root.sites == 6
    assert (root.own["leads"], root.below["leads"], root.whole["leads"]) == (1, 6, 7)


def claim(value, source, *, human=False, sure=1.0, as_of=None, at=AT):
    return AccountFact(key="beds", value=value, source=source, human=human, confidence=sure, as_of=as_of, at=at, by_name="Ann Vale")


@pytest.mark.req("ACCT-19")
def test_the_last_human_word_holds_then_the_surest_then_the_newest():
    old, new = claim(400, "cost_report", sure=0.98, as_of=date(2023, 6, 30)), claim(410, "cost_report", sure=0.98, as_of=date(2025, 6, 30))
    weak, person = claim(900, "hifld", sure=0.58, as_of=date(2026, 1, 1)), claim(420, "person:1", human=True, sure=0.2)
    assert facts.standing_claim([old, weak, new], {}) is new
    assert facts.standing_claim([weak, old], {}) is old
    assert facts.standing_claim([new, person, weak], {}) is person
    later = claim(430, "person:2", human=True, sure=0.1, at=AT.replace(year=2027))
    assert facts.standing_claim([later, person], {}) is later
    ranks = facts.ranks_of(default())
    trusted, surer = claim("Epic", "developer_of_cehrt", sure=0.917), claim("Oracle Health", "same_cehrt", sure=0.957)
    assert facts.standing_claim([surer, trusted], ranks) is trusted


@pytest.mark.req("ACCT-19", "PLUS-05")
def test_conflict_and_age_are_said():
    book, on = default(), date(2026, 11, 20)
    near = facts.told([claim(400, "cost_report", as_of=date(2025, 6, 30)), claim(410, "linkage", sure=0.9)], "beds", book, on)
    assert near.rival is None
    assert near.months is None
    far = facts.told([claim(400, "cost_report", as_of=date(2022, 6, 30)), claim(900, "hifld", sure=0.5)], "beds", book, on)
    assert far.rival.value == 900
    assert far.months == 53
    assert facts.told([], "beds", book, on).claim is None
    assert facts.differs("Epic", "epic ", 0.1) is False
    assert facts.differs("Epic", "Oracle", 0.1)
    assert facts.differs(True, False, 0.1)


@pytest.mark.req("PLUS-11")
@given(st.lists(st.tuples(st.integers(1, 3000), st.floats(1, 10), st.booleans(), st.floats(-0.3, 0.3)), min_size=3, max_size=40))
@settings(max_examples=40, deadline=None)
def test_one_accounts_peers_are_those_of_the_whole_table(rows):
    rule = default().universe.peers
    ccn = [f"{n:06d}" for n in range(len(rows))]
    table = pa.table({
        "ccn": ccn, "hospital_type": ["Acute"] * len(rows), "beds": [r[0] for r in rows], "ruca": [r[1] for r in rows],
        "major_teaching": [r[2] for r in rows], "total_margin": [r[3] for r in rows],
    })  # fmt: skip
    whole = {row["ccn"]: row["peers"] for row in against_peers(table, rule).to_pylist()}
    features = features_of([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows], rule)
    asked = len(rows) // 2
    (one,) = nearest(features, np.ones(len(rows), dtype=bool), rule.count, only=np.array([asked]))
    assert [ccn[n] for n in one if n >= 0] == whole[ccn[asked]]


@pytest.mark.req("UI-02")
def test_a_query_without_a_field_keeps_the_rest():
    asked = parse(UNITS, {"f": ["tier.is.1", "beds.gte.500"], "or": ["fit.is.A~beds.gte.900"]})
    left = without(asked, "tier", "fit")
    assert left.query_string() == "f=beds.gte.500&or=beds.gte.900"
    lone = without(parse(UNITS, {"f": ["tier.is.1"]}), "tier")
    assert lone.query_string() == ""
    # An alternative that loses its only condition holds for every row: nothing narrows any more.
    assert without(parse(UNITS, {"f": ["beds.gte.500"], "or": ["tier.is.1"]}), "tier").query_string() == ""


@pytest.mark.req("PLUS-10")
def test_the_sentence_joins_the_reasons_and_never_cries_wolf():
    from rounds.analytics.market.why_now import Reason, _sentence

    def reason(half):
        return Reason("x", "hand", "", "", "", half)

    window = SimpleNamespace(opens=date(2027, 1, 1), days_to_open=41)
    assert _sentence([reason("a opens"), reason("b asked")], window) == "A opens and b asked."
    assert _sentence([reason(""), reason("b asked")], window) == "B asked."
    assert _sentence([], window) == "Nothing presses: nobody raised a hand lately, and their budget window opens in 41 days."
    assert "unknown" in _sentence([], SimpleNamespace(opens=None))
