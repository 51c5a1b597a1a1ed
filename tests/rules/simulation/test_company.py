"""The simulated company: the same for the same seed, by the process, and as its documentation says."""

from __future__ import annotations

import math
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from rounds import playbook
from rounds.playbook.simulation import SHIPPED, AssumptionsRefused, assumptions, shipped
from rounds.rules.pipeline.moves import Move, move
from rounds.rules.simulation.beside import steps_of
from rounds.rules.simulation.company import reasons, simulate
from rounds.rules.simulation.drawn import LOST, OPEN, WON, Window
from rounds.rules.simulation.measured import measured, measured_segments
from rounds.rules.simulation.selling import there

WINDOW = Window(date(2024, 11, 30), date(2026, 11, 30), 13, 10)
DOCUMENTED = Path(__file__).resolve().parents[3] / "docs" / "simulation.md"
pytestmark = pytest.mark.req("PLUS-29", "PIPE-17")


def company(seed: int = 3, deals: int = 1500):
    return simulate(shipped(), seed=seed, window=WINDOW, deals=deals, territories=5)


def test_the_same_seed_is_the_same_company_and_another_is_not():
    one, again, other = company(), company(), company(seed=4)
    for name in one.deals.__dataclass_fields__:
        assert np.array_equal(getattr(one.deals, name), getattr(again.deals, name), equal_nan=True), name
    assert not np.array_equal(one.deals.opened, other.deals.opened)
    assert [step.act for step in steps_of(shipped(), one, 3)] == [step.act for step in steps_of(shipped(), again, 3)]


def test_deals_obey_the_process():
    deals, codes = company().deals, [one.stage for one in shipped().stages.listed]
    assert len(deals) == 1500
    for row in range(len(deals)):
        entered = [(place, day) for place, day in enumerate(deals.entry[row]) if not math.isnan(day)]
        days = [day for _, day in entered]
        assert entered[0] == (0, deals.opened[row])
        assert days == sorted(days)
        assert deals.lead_at[row] < deals.opened[row]
        assert all(day < WINDOW.days for day in days), "nothing of the future"
        for (was, _), (now, _) in pairwise(entered):
            assert now == was + 1 or (codes[was], codes[now]) == (shipped().skip.was, shipped().skip.now)
        if deals.outcome[row] != OPEN:
            assert max(days) <= deals.closed[row] < WINDOW.days
        if deals.outcome[row] == WON:
            assert entered[-1][0] == len(codes) - 1


def test_every_step_of_a_story_is_a_legal_move_in_order():
    made, book = company(deals=300), playbook.default()
    steps = steps_of(shipped(), made, 3)
    moments = [made.window.moment(step.day) for step in steps]
    assert moments == sorted(moments)
    assert {when.weekday() for when in moments} <= set(range(5)), "on business days"
    stage: dict[int, str] = {}
    ends = {"win": book.stages.ending("won"), "lose": book.stages.ending("lost")}
    for step, when in zip(steps, moments, strict=True):
        if step.act == "open":
            assert step.of not in stage
            stage[step.of] = "O1"
        target = ends.get(step.act) or (step.said["stage"] if step.act in ("move", "back", "skip") or step.act.startswith("enter_") else None)
        if target and target != stage[step.of]:
            found = move(book, stage[step.of], target, today=when.date())
            assert isinstance(found, Move), (step, stage[step.of], found)
            assert found.way != "skipped" or step.act == "skip"
            stage[step.of] = target
        elif step.act in ("date", "price", "act", "seat", "rival", "tick", "next_step", "book_demo"):
            assert stage[step.of] not in ends.values(), f"{step.act} after the end"
    assert len(stage) == 300


def test_money_is_whole_cents_and_comes_no_earlier_than_its_stage():
    deals = company().deals
    assert deals.amounts.dtype.kind == "i"
    assert (deals.amounts % 100 == 0).all()
    assert (deals.amounts >= 0).all()
    assert (deals.amounts[np.isnan(deals.entry[:, 1]) & np.isnan(deals.entry[:, 6]), 0] == 0).all()
    assert (deals.amounts[deals.outcome == WON].max(axis=1) > 0).all(), "what was won has a price"


def test_a_loss_has_a_reason_and_a_rival_was_there_who_won():
    deals, listed = company().deals, reasons(shipped())
    assert set(listed) <= set(playbook.default().closing.lost.by_code)
    assert ((deals.reason >= 0) == (deals.outcome == LOST)).all()
    assert (deals.rival[deals.reason == listed.index("competition")] >= 0).all()
    early = deals.lost_at < [one.stage for one in shipped().stages.listed].index(shipped().losses_from.proof)
    assert not (early & (deals.reason == listed.index("poc_failed"))).any(), "no proof of concept failed before there was one"


def test_nobody_sells_before_they_come_or_after_they_left():
    made = company()
    deals, sellers = made.deals, made.sellers
    assert there(sellers, deals.seller, deals.opened).all()
    handed = deals.heir >= 0
    assert handed.any()
    assert (sellers.left[deals.seller[handed]] > deals.opened[handed]).all()
    assert there(sellers, deals.heir[handed], sellers.left[deals.seller[handed]] + 1).all()


def _documented() -> dict[str, tuple[float, float]]:
    rows = re.findall(r"^\| ([a-z][^|]*?) \| ([\d.e+]+) \| ([\d.e+]+) \|$", DOCUMENTED.read_text(), re.MULTILINE)
    return {name: (float(mean), float(spread)) for name, mean, spread in rows}


def test_a_company_does_as_its_documentation_says():
    seeds, deals = 12, 3000
    segments = [one.segment for one in shipped().segments.listed]
    found = [{**measured(made), **measured_segments(made, segments)} for made in (company(seed, deals) for seed in range(1, seeds + 1))]
    documented = _documented()
    assert documented.keys() == found[0].keys(), "the table says all that is measured, and nothing else"
    for name, (mean, spread) in documented.items():
        values = np.array([one[name] for one in found])
        # 6,000 deals stand behind the documented spread; half of them vary more, at most by the root of two.
        error = spread * math.sqrt(6000 / deals) * math.sqrt(1 / seeds + 1 / 60)
        assert abs(values.mean() - mean) < 4 * error, f"{name}: {values.mean():.4g}, documented {mean:.4g} ± {4 * error:.2g}"


def test_wrong_assumptions_are_named_with_their_line(tmp_path):
    file = tmp_path / "simulation.yaml"
    file.write_text(SHIPPED.read_text().replace("chance: 0.62", "chance: 1.62"))
    with pytest.raises(AssumptionsRefused, match=r"simulation.yaml:\d+: stages › listed › 2 › chance"):
        assumptions(file)
    file.write_text(SHIPPED.read_text().replace("was: O3, now: O7", "was: O3, now: O77"))
    with pytest.raises(AssumptionsRefused, match="O77"):
        assumptions(file)
