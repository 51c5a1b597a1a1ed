"""The whole company of a seed: sellers and deals. The same seed and window give the same company, to the bit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator, default_rng

from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation import selling
from rounds.rules.simulation.arriving import lifts, openings, picked, rounded_cents
from rounds.rules.simulation.drawn import LOST, MONTH, NEVER, OPEN, WON, Column, Deals, Sellers, Window
from rounds.rules.simulation.walking import Going, Walked, signed, walk


@dataclass(frozen=True)
class Company:
    """Who sells and what became of their deals in a window. `reasons`: what Deals.reason points at."""

    window: Window
    sellers: Sellers
    deals: Deals
    reasons: tuple[str, ...]


def reasons(said: Simulation) -> list[str]:
    """Every reason of a loss, in order: what Deals.reason points at."""
    return sorted({*said.losses.early, *said.losses.proof, *said.losses.late})


def simulate(said: Simulation, *, seed: int, window: Window, deals: int, territories: int) -> Company:
    """A company with exactly `deals` deals that were open at some time of `window`, opened then or before."""
    rng = default_rng([seed, deals, window.days])
    sellers = selling.team(said, rng, window=window, deals_a_year=deals * 365.25 / max(window.days, 1), territories=territories)
    return Company(window, sellers, drawn(said, rng, window, sellers, deals), tuple(reasons(said)))


def drawn(said: Simulation, rng: Generator, window: Window, sellers: Sellers, count: int) -> Deals:
    """Exactly `count` deals of `sellers` that live in the window, in the order they were opened."""
    share = 2 + said.warmup_months.value * MONTH / max(window.days, 1)
    found: list[Deals] = []
    while (missing := count - sum(map(len, found))) > 0:
        some = _draw(said, rng, window, sellers, int(missing * share) + 100)
        alive = np.flatnonzero(~(some.closed < 0))
        found.append(some.taken(np.sort(rng.permutation(alive)[:missing])))
    both = Deals(*(np.concatenate([getattr(one, name) for one in found]) for name in Deals.__dataclass_fields__)) if len(found) > 1 else found[0]
    rows = both.taken(np.argsort(both.opened, kind="stable"))
    rows.number[:] = np.arange(count)
    return rows


def _draw(said: Simulation, rng: Generator, window: Window, sellers: Sellers, count: int) -> Deals:
    segments = said.segments.listed
    opened = openings(said, rng, window, count)
    segment = picked(rng, {one.segment: one.share for one in segments}, count)
    seller = selling.chosen(sellers, rng, segment, opened)
    source = picked(rng, said.leads.sources.shares, count)
    rival = np.where(rng.random(count) < said.rivals.share.value, picked(rng, said.rivals.listed.shares, count), -1)
    skips = rng.random(count) < np.array([said.skip.share.get(one.segment, 0.0) for one in segments])[segment]
    going = Going(segment, seller, lifts(said)[source], rival >= 0, skips, opened)
    walked = walk(said, rng, window, sellers, going)
    codes = [one.stage for one in said.stages.listed]
    budget = rng.random(count) < said.budget.share
    fiscal = np.array(list(said.arrivals.fiscal_ends.months))[picked(rng, {str(k): v for k, v in said.arrivals.fiscal_ends.months.items()}, count)]
    left = np.where(walked.won, signed(said, rng, window, walked.left, budget, fiscal), walked.left)
    shown = _until(walked, left, window)
    amounts, true = _amounts(said, rng, segment, shown.entry)
    leaves = sellers.left[seller]
    handed = (leaves > opened) & ~(shown.closed <= leaves)
    heir = np.where(handed, selling.chosen(sellers, rng, segment, np.where(handed, leaves + 1, opened)), -1)
    return Deals(
        number=np.arange(count), segment=segment, seller=seller, heir=heir, source=source,
        lead_at=opened - _times(rng, said.leads.to_deal_days, count), opened=opened, entry=shown.entry, was_stuck=walked.was_stuck,
        closed=shown.closed, outcome=shown.outcome, lost_at=np.where(shown.outcome == LOST, walked.last, -1),
        reason=_reason(said, rng, walked.last, rival, shown.outcome), rival=rival, skipped=skips & ~np.isnan(shown.entry[:, codes.index(said.skip.now)]),
        back_at=_back(said, rng, shown.entry, count), phi=rng.random(count) < np.array([one.phi for one in segments])[segment],
        budget=budget, fiscal=fiscal, amounts=amounts, true_cents=true,
    )  # fmt: skip


@dataclass(frozen=True)
class _Shown:
    entry: Column
    closed: Column
    outcome: Column


def _until(walked: Walked, left: Column, window: Window) -> _Shown:
    """What of it lies before the end of the window."""
    entry = np.where(walked.entry < window.days, walked.entry, NEVER)
    over = left < window.days
    return _Shown(entry, np.where(over, left, NEVER), np.where(over, np.where(walked.won, WON, LOST), OPEN))


def _times(rng: Generator, said, count: int) -> Column:
    return said.median * np.exp(rng.normal(0, said.spread, count))


def _amounts(said: Simulation, rng: Generator, segment: Column, entry: Column) -> tuple[Column, Column]:
    """(cents after the first guess and after each change, cents in the end). A change that has not come is 0."""
    count, rule = len(segment), said.amounts
    codes = [one.stage for one in said.stages.listed]
    median = np.array([one.arr_usd.median for one in said.segments.listed])[segment]
    spread = np.array([one.arr_usd.spread for one in said.segments.listed])[segment]
    usd = median * np.exp(rng.normal(0, 1, count) * spread)
    guess = usd * np.exp(rng.normal(0, rule.first.blur, count))
    known = (rng.random(count) < rule.known.share) | ~np.isnan(entry[:, codes.index(rule.changes.stages[0])])
    rows = [np.where(known & ~np.isnan(entry[:, codes.index(rule.first.stage)]), rounded_cents(guess, rule.round_usd.value), 0)]
    for stage, mean, blur, share in zip(rule.changes.stages, rule.changes.mean, rule.changes.blur, rule.changes.share, strict=True):
        usd = usd * np.exp(rng.normal(mean, blur, count))
        there = ~np.isnan(entry[:, codes.index(stage)]) & ((rng.random(count) < share) | (rows[0] == 0))
        rows.append(np.where(there, rounded_cents(usd, rule.round_usd.value), 0))
    return np.stack(rows, axis=1), rounded_cents(usd, rule.round_usd.value)


def _reason(said: Simulation, rng: Generator, last: Column, rival: Column, outcome: Column) -> Column:
    """Why each lost deal was lost, as a place in `reasons`; -1 for the others. Nobody loses to a rival who is not there."""
    listed, found = reasons(said), np.full(len(last), -1)
    codes = [one.stage for one in said.stages.listed]
    proof, late = codes.index(said.losses_from.proof), codes.index(said.losses_from.late)
    for weights, low, high in ((said.losses.early, 0, proof), (said.losses.proof, proof, late), (said.losses.late, late, len(codes))):
        for met in (True, False):
            rows = np.flatnonzero((outcome == LOST) & (last >= low) & (last < high) & ((rival >= 0) == met))
            of = {name: share for name, share in weights.items() if met or name != "competition"}
            found[rows] = np.array([listed.index(name) for name in of])[picked(rng, of, len(rows))]
    return found


def _back(said: Simulation, rng: Generator, entry: Column, count: int) -> Column:
    """The stage each deal once steps back from, -1 where it never does."""
    codes = [one.stage for one in said.stages.listed]
    place = np.array([codes.index(stage) for stage in said.back.stages])[rng.integers(0, len(said.back.stages), count)]
    does = (rng.random(count) < said.back.share) & ~np.isnan(entry[np.arange(count), place]) & ~np.isnan(entry[np.arange(count), place - 1])
    return np.where(does, place, -1)
