"""Two readings, one meaning: explain and columns agree on anything one can invent, nulls and boundaries included."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.playbook import default, with_set
from rounds.rules import columns, explain
from rounds.rules.scoring import OUTPUTS, score, scorer

MODELS = [
    ("scoring/lead_fit", {}),
    ("scoring/lead_fit", {"score.unknown": "lowest", "size.precedence": "best_of", "lead.budget.combine": "worst"}),
    (
        "scoring/lead_fit",
        {"score.unknown": "zero", "size.precedence": "descriptor_first", "lead.budget.combine": "dollars"},
    ),
    ("scoring/crm_quick", {}),
    ("scoring/crm_quick", {"cqs.engagement_mode": "once_per_kind"}),
    ("scoring/crm_quick", {"cqs.engagement_mode": "highest_only"}),
    ("scoring/abm_account", {}),
    ("scoring/integration_complexity", {}),
]
PLENTY = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
SEED = st.integers(0, 2**32 - 1)


def same(left, right):
    if isinstance(left, float) or isinstance(right, float):
        return left is not None and right is not None and math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return left == right


@pytest.mark.req("LEAD-01", "LEAD-22", "CQS-01", "ABM-01", "ACCT-05", "PLUS-01", "PLUS-02", "X-2")
@pytest.mark.parametrize(("rule", "choices"), MODELS, ids=lambda part: str(part).replace("scoring/", ""))
def test_a_score_is_the_same_by_record_and_by_column(rule, choices, engine, invent):
    playbook = with_set(default(), choices)
    model, world = scorer(playbook, rule), invent(rule, playbook)
    table = engine(world.columns)
    codes = [line.code for line in model.lines]

    @settings(PLENTY, max_examples=table.examples)
    @given(SEED)
    def check(seed):
        records = world.records(seed)
        rows = [world.row(record) for record in records]
        outputs = [*OUTPUTS, "points", "levels", "categories"]
        found = table.ask(rule, lambda t: columns(playbook, rule, t, outputs=outputs), rows)
        for record, row in zip(records, found, strict=True):
            one = score(model, record)
            expected = {
                "total": one.total,
                "band": one.band,
                "provisional": one.provisional,
                "fit_rate": one.fit.rate,
                "fit_grade": one.fit.grade,
                "fit_known": one.fit.known,
                "completeness": one.completeness,
                "answered": one.answered,
                "low": one.low,
                "high": one.high,
                "intent": one.intent,
                **{f"points_{code}": one.points[code] for code in codes},
                **{f"level_{code}": one.levels[code] for code in codes},
                **{f"category_{code}": points for code, points in one.categories.items()},
            }
            wrong = {name: (value, row[name]) for name, value in expected.items() if not same(value, row[name])}
            assert not wrong, (record, wrong)

    check()


@pytest.mark.req("PLUS-01", "LEAD-22")
@pytest.mark.parametrize("rule", ["scoring/lead_fit", "scoring/crm_quick", "scoring/abm_account"])
def test_a_table_may_lack_any_column(rule, invent):
    import ibis

    playbook, world = default(), invent(rule)
    con = ibis.duckdb.connect()

    @settings(PLENTY, max_examples=20)
    @given(SEED)
    def check(seed):
        there = Random(seed).sample(list(world.columns), Random(seed).randint(1, 8))
        records = world.records(seed, 20)
        records = [
            {name: value for name, value in record.items() if name in there or name in ("events", "funding")}
            for record in records
        ]
        rows = [{name: value for name, value in world.row(record).items() if name in there} for record in records]
        table = ibis.memtable(
            [tuple(row[name] for name in there) for row in rows],
            schema=ibis.schema({n: world.columns[n] for n in there}),
        )
        found = con.execute(columns(playbook, rule, table)).to_dict("records")
        for record, row in zip(records, found, strict=True):
            some = {name: value for name, value in record.items() if not isinstance(value, dict | list)}
            for name in ("events", "funding"):
                part = record.get(name)
                if isinstance(part, dict):
                    some[name] = {kind: n for kind, n in part.items() if f"{name}_{kind}" in there} or None
                elif part:
                    some[name] = [word for word in part if f"{name}_{word}" in there] or None
            one = score(scorer(playbook, rule), some)
            assert (one.total, one.band, one.low) == (
                row["total"],
                row["band"] if isinstance(row["band"], str) else None,
                row["low"],
            )

    check()


TRUST = default().tiers.stage.trust_at
TIER_FACTS = {
    "score": lambda dice: dice.choice([59, 60, 79, 80, 79.5, dice.randint(0, 100)]),
    "score_rate": lambda dice: dice.choice([0.0, 0.599, 0.6, 0.8, 1.0]),
    "completeness": lambda dice: dice.choice([0.0, TRUST - 0.01, TRUST, 1.0]),
    "evidence_days": lambda dice: dice.choice([0, 180, 181]),
}
TIER_COLUMNS = {"score": "float64", "score_rate": "float64", "completeness": "float64", "evidence_days": "int64"}


@pytest.mark.req("ABM-08", "ABM-09", "ABM-10", "PLUS-08")
@pytest.mark.parametrize(
    "choices",
    [{}, {"abm.tiering": "score_only"}, {"abm.tiering": "strict_bands"}, {"abm.qualitative": "block"}],
    ids=str,
)
def test_a_tier_is_the_same_by_record_and_by_column(choices, engine, invent):
    playbook = with_set(default(), choices)
    world = invent("tiers/abm", playbook)
    gates = [code for entry in playbook.tiers.tiers for code in entry.qualitative]
    used = {"beds", "deal_potential_usd", "major_system", "network", "subtype", "org_type"}
    world.facts = (
        {name: world.facts[name] for name in used}
        | TIER_FACTS
        | {
            "gates": lambda dice: (
                dict.fromkeys(gates, True)
                if dice.random() < 0.5
                else {c: dice.random() < 0.7 for c in gates if dice.random() < 0.7}
            )
        }
    )
    world.columns = (
        {name: world.columns[name] for name in used} | TIER_COLUMNS | {f"gates_{code}": "boolean" for code in gates}
    )
    table = engine(world.columns)

    @settings(PLENTY, max_examples=table.examples)
    @given(SEED)
    def check(seed):
        records = world.records(seed)
        found = table.ask(
            "tier", lambda t: columns(playbook, "tiers/abm", t), [world.row(record) for record in records]
        )
        for record, row in zip(records, found, strict=True):
            one = explain(playbook, "tiers/abm", record)
            assert (one["tier"], one["stage"]) == (row["tier"], row["tier_stage"]), record

    check()


ROUTES = [
    ("routing/territory", "territory", {}, {"state": "string"}),
    ("routing/territory", "territory", {"table": "004", "fill": "none"}, {"state": "string"}),
]
ROUTES += [
    (
        "routing/segment",
        "segment",
        {"basis": basis},
        {"beds": "int64", "deal_potential_usd": "float64", "programme": "string"},
    )
    for basis in ("beds", "deal", "max", "min")
]


@pytest.mark.req("ROUTE-02", "ROUTE-03", "ROUTE-05", "ROUTE-06")
@pytest.mark.parametrize(
    ("rule", "answer", "choices", "shape"), ROUTES, ids=lambda part: part if isinstance(part, str) else None
)
def test_a_route_is_the_same_by_record_and_by_column(rule, answer, choices, shape, engine, invent):
    playbook = with_set(default(), choices, rule)
    world = invent(rule, playbook)
    world.facts = {name: world.facts[name] for name in shape}
    world.columns = shape
    table = engine(shape)

    @settings(PLENTY, max_examples=table.examples)
    @given(SEED)
    def check(seed):
        records = world.records(seed)
        found = table.ask("route", lambda t: columns(playbook, rule, t), [world.row(record) for record in records])
        for record, row in zip(records, found, strict=True):
            assert explain(playbook, rule, record)[answer] == row[answer], record

    check()


@pytest.mark.req("ROUTE-07")
def test_a_role_is_the_same_by_record_and_by_column(engine, book):
    bands = ["hot", "warm", "cold", "unqualified", None]
    table = engine({"band": "string"})
    found = table.ask("role", lambda t: columns(book, "routing/role", t), [{"band": band} for band in bands])
    assert [row["owner_role"] for row in found] == [
        explain(book, "routing/role", {"band": band})["owner_role"] for band in bands
    ]
