"""Leads of a file are judged by what they share; each gets the verdict it would have got alone, to the last word."""

from __future__ import annotations

import json
from random import Random

import pytest

from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.judging import COLUMNS, RECORDED, Draft, Judge
from rounds.actions.flow.imports.lead_rows import _told
from rounds.actions.leads.scoring import judge, record_of
from rounds.actions.market import accounts, answers
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.models import Account, Lead, ScoreRecord
from rounds.models.facts import answers_of, facts_of_account, with_given
from rounds.models.flow.active import active
from rounds.models.flow.kinds import shaped_text

PLAIN = tuple(name for name in RECORDED if name not in ("categories", "missing", "lines", "facts"))


@pytest.fixture
def market(cast):
    """Accounts that differ in size, place, system and what was answered of them."""
    by = {"by": SYSTEM_ACTOR, "at": now()}
    top = accounts.add(name="Meridian Health", level="system", state="NY", **by)
    made = [top, accounts.add(name="Meridian North", level="hospital", state="NJ", parent=top, beds=310, **by),
            accounts.add(name="Harbour", level="hospital", state="TX", beds=40, **by), accounts.add(name="Nowhere", level="hospital", **by)]  # fmt: skip
    answers.answer(made[2], "innovation", "moderate", reason="They said so", **by)
    Account.objects.filter(pk=made[2].pk).update(deal_potential_cents=90_000_000, ehr_vendor="epic", ehr="Epic", ehr_confidence=0.4)
    return [None, *(account.pk for account in made)]


def drawn(dice: Random, market: list) -> tuple:
    facts = {name: dice.choice(values) for name, values in
             {"beds": range(1, 900), "ehr": ["Epic", "Cerner"], "it_budget_usd": [400_000, 3_000_000], "funding": [["grant"], ["capital_budget"]]}.items()
             if dice.random() < 0.4}  # fmt: skip
    said = {"technology_stack": "legacy"} if dice.random() < 0.1 else {}
    return dice.choice(market), dice.choice(["", "NY", "TX", "CA"]), dice.choice(["", "Event", "Web form"]), facts, said


@pytest.mark.req("INTEG-17", "LEAD-01", "CQS-01")
def test_each_gets_the_verdict_it_would_get_alone(market):
    dice, at, here = Random(5), now(), active()
    known = scorer_levels(here)
    many = Judge(here, at)
    many.meet(market)
    for _ in range(400):
        account, state, source, facts, said = drawn(dice, market)
        facts = {name: value for name, value in facts.items() if name != "funding" or set(value) <= set(here.playbook.picklists.funding.values)}
        said = {code: level for code, level in said.items() if level in known.get(code, ())}
        got = many.verdict(account, state, source, facts, said)
        row = Account.objects.select_related("buying_unit").filter(pk=account).first()
        draft = Draft(account, row, row.buying_unit if row else None, state, source, facts)
        heard = answers_of([row], at).get(row.pk, []) if row else []
        alone = judge(draft, here, facts=with_given(facts_of_account(row) if row else {}, draft),
                      answers=[*heard, *(("lead_fit", *pair) for pair in said.items())], acts=(), at=at)  # fmt: skip
        assert got.columns == tuple(getattr(draft, name) for name in COLUMNS)
        assert got.matched == (row.name if row else "no account found")
        for record, (model, score, given) in zip(got.records, alone, strict=True):
            stored = dict(zip(RECORDED, record, strict=True))
            own = record_of(score, model, given, here, "imported", None, SYSTEM_ACTOR, at)
            assert [stored[name] for name in PLAIN] == [getattr(own, name) for name in PLAIN]
            lines = ScoreRecord._meta.get_field("lines")
            assert lines.unpacked(json.loads(stored["lines"])) == score.lines
            assert (json.loads(stored["categories"]), json.loads(stored["missing"])) == (score.categories, score.missing)
            assert json.loads(stored["facts"]) == json.loads(json.dumps(given, default=sorted))
    assert len(many.shapes) < 200 < len(many.known), "most share their shape with another"


@pytest.mark.req("INTEG-17", "X-1")
def test_what_is_told_of_a_lead_is_what_its_kind_of_event_writes(market):
    many = Judge(active(), now())
    many.meet(market)
    names = ["Ida Lund", 'Otto "the {0}" Berg', "Zoë\\Ångström\n{}", "\u2028 \t", "李雷"]
    rows = [Row(n, n, {"name": name, "organization": name[::-1], "source": "Event"}, "new", made=new_id(), account=market[n]) for n, name in enumerate(names)]
    del rows[0].said["organization"], rows[0].said["source"]
    verdicts = [many.verdict(row.account, "NY", "", {"beds": 300 + row.number}, {}) for row in rows]
    told = list(_told(rows, verdicts))
    assert [kind for kind, *_ in told] == ["lead.captured", "lead.scored"] * len(rows)
    for row, verdict, captured, scored in zip(rows, verdicts, told[::2], told[1::2], strict=True):
        columns = dict(zip(COLUMNS, verdict.columns, strict=True))
        payload = {"name": row.said["name"], "organization": row.said.get("organization", ""), "source": row.said.get("source", ""),
                   "score": columns["score_total"], **{name: columns[name] for name in ("band", "territory", "segment")},
                   "hops": [{"step": "match", "outcome": verdict.matched, "ms": 0}, *verdict.shape.hops]}  # fmt: skip
        assert captured[1:] == (row.account, row.made, shaped_text("lead.captured", payload))
        assert scored[1:] == (row.account, row.made, shaped_text("lead.scored", verdict.shape.scored))


def scorer_levels(here) -> dict[str, tuple[str, ...]]:
    return {one.criterion: tuple(level.level for level in one.levels) for one in here.playbook.scoring["lead_fit"].criteria}


@pytest.mark.req("LEAD-21")
def test_a_record_reads_back_as_it_was_told(cast, lead_of):
    lead = lead_of(cast.owner)
    record = ScoreRecord.objects.filter(lead=lead, model="lead_fit").latest("at", "id")
    found = judge(lead, active(), facts=dict(record.facts), answers=[], acts=(), at=now())
    model, score, _ = found[0]
    ScoreRecord.objects.bulk_create([record_of(score, model, record.facts, active(), "again", None, SYSTEM_ACTOR, now(), lead=Lead.objects.get(pk=lead.pk))])
    again = ScoreRecord.objects.get(lead=lead, cause="again")
    assert (again.lines, again.points, again.levels) == (score.lines, score.points, score.levels)
    assert (again.categories, again.missing) == (score.categories, score.missing)
    assert ScoreRecord.objects.filter(pk=again.pk).values_list("lines", "missing").get() == (score.lines, score.missing)
