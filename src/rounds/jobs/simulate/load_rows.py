"""The rows of a chunk of simulated deals: deals, leads, proofs of concept, customers. Everything as whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from rounds.playbook import Playbook
from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation.company import reasons
from rounds.rules.simulation.drawn import LOST, OPEN, WON, Column, Deals, Sellers, Window

OUTCOMES = ("open", "won", "lost")
SLIPS = 6
"""A date is moved no more often than this in a load set."""
EACH = 3
"""Deals an account has on average."""
TIERS = {"enterprise": 1, "mid_market": 2, "growth": 3}


@dataclass(frozen=True)
class Ground:
    """What all chunks share: assumptions, playbook, window, sellers, how many deals there are in all."""

    said: Simulation
    book: Playbook
    window: Window
    sellers: Sellers
    count: int

    @property
    def codes(self) -> list[str]:
        """The open stages, then the won and the lost one."""
        stages = self.book.stages
        return [*(one.stage for one in self.said.stages.listed), stages.ending("won"), stages.ending("lost")]

    @property
    def accounts_a_cell(self) -> int:
        """Accounts in each segment of each territory."""
        return max(self.count // (EACH * len(self.said.segments.listed) * len(self.book.territories.names)), 1)

    def moments(self, days: Column) -> pa.Array:
        """Float days as moments; NaN: null."""
        start = np.datetime64(self.window.start, "us")
        nothing = np.isnan(days)
        whole = (np.nan_to_num(days) * 86_400_000_000).astype("int64").astype("timedelta64[us]")
        return pa.array(start + whole, mask=nothing)

    def days(self, days: Column) -> pa.Array:
        nothing = np.isnan(days)
        return pa.array(np.datetime64(self.window.start, "D") + np.floor(np.nan_to_num(days)).astype("int64").astype("timedelta64[D]"), mask=nothing)

    def part(self, rows: Deals, rng: Generator) -> Part:
        return Part(self, rows, rng)


def ids(prefix: str, numbers: Column) -> pa.Array:
    """Ids such as d17; a number below nothing has none."""
    text = pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")
    return pc.if_else(pa.array(numbers >= 0), text, pa.scalar(None, pa.string()))


def named(words: list[str], places: Column) -> pa.Array:
    """A word for each place; below nothing: ''."""
    return pa.array([*words, ""]).take(pa.array(np.where(places < 0, len(words), places)))


@dataclass(frozen=True)
class Part:
    """A chunk of deals, and what is derived of them."""

    ground: Ground
    rows: Deals
    rng: Generator

    @cached_property
    def stage(self) -> Column:
        """Where each stands: a place in Ground.codes."""
        stages = self.rows.entry.shape[1]
        here = self.rows.stage_at(self.ground.window.days)
        return np.where(self.rows.outcome == WON, stages, np.where(self.rows.outcome == LOST, stages + 1, here))

    @cached_property
    def until(self) -> Column:
        return np.where(np.isnan(self.rows.closed), self.ground.window.days, self.rows.closed)

    @cached_property
    def owner(self) -> Column:
        return np.where(self.rows.heir >= 0, self.rows.heir, self.rows.seller)

    @cached_property
    def account(self) -> Column:
        each, territories = self.ground.accounts_a_cell, len(self.ground.book.territories.names)
        cell = self.rows.segment * territories + self.territory
        return cell * each + self.rng.integers(0, each, len(self.rows))

    @cached_property
    def territory(self) -> Column:
        return self.ground.sellers.territory[self.rows.seller]

    @cached_property
    def promised(self) -> tuple[Column, Column]:
        """(when each date was said, the date): columns of the first one and of each move, NaN where there was none."""
        said = self.ground.said
        pace = np.array([one.pace for one in said.segments.listed])[self.rows.segment]
        usual = sum(one.days for one in said.stages.listed) * pace * said.dates.optimism.value
        when = [self.rows.opened + self.rng.uniform(0, 1, len(self.rows))]
        date = [when[0] + np.maximum(usual * np.exp(self.rng.normal(0, said.dates.blur.value, len(self.rows))), 7)]
        for _ in range(SLIPS):
            looks = (date[-1] < self.until - 1) & (self.rng.random(len(self.rows)) < said.dates.look_again.value)
            when.append(np.where(looks, date[-1], np.nan))
            slip = said.dates.slip_days
            date.append(np.where(looks, date[-1] + slip.median * np.exp(self.rng.normal(0, slip.spread, len(self.rows))), np.nan))
        return np.stack(when, 1), np.stack(date, 1)

    @cached_property
    def close_on(self) -> Column:
        when, date = self.promised
        last = np.where(np.isnan(when), -1, np.arange(when.shape[1])).max(axis=1)
        return np.where(self.rows.outcome == WON, self.rows.closed, date[np.arange(len(self.rows)), last])

    @cached_property
    def amount(self) -> Column:
        """Cents in the end, 0 where there is none."""
        last = np.where(self.rows.amounts > 0, np.arange(self.rows.amounts.shape[1]), -1).max(axis=1)
        return np.where(last >= 0, self.rows.amounts[np.arange(len(self.rows)), last], 0)

    @property
    def since(self) -> Column:
        """When each entered where it stands."""
        last = self.rows.entry[np.arange(len(self.rows)), self.rows.stage_at(self.ground.window.days)]
        return np.where(np.isnan(self.rows.closed), last, self.rows.closed)

    def sight(self) -> dict[str, pa.Array]:
        return {**self.who(self.owner), **self.place()}

    def who(self, owner: Column) -> dict[str, pa.Array]:
        return {"owner_id": ids("p", owner), "team_id": ids("t", self.rows.segment)}

    def place(self) -> dict[str, pa.Array]:
        segments = [one.segment for one in self.ground.said.segments.listed]
        account = ids("a", self.account)
        return {
            "territory": named(list(self.ground.book.territories.names), self.territory), "buying_unit_id": account, "account_id": account,
            "segment": named(segments, self.rows.segment), "tier": pa.array(np.array([TIERS.get(one, 0) for one in segments])[self.rows.segment]),
        }  # fmt: skip

    def source(self) -> pa.Array:
        return named(list(self.ground.said.leads.sources.shares), self.rows.source)


def state(part: Part, stage: Column, outcome: Column, cents: Column, close_on: Column, since: Column, closed: Column) -> dict[str, pa.Array]:
    """What a deal looks like in a stage: the columns that move."""
    book, codes = part.ground.book, part.ground.codes
    chance = np.array([round(float(book.stages.by_code[code].chance.percent) * 100) for code in codes])
    money = pa.array(cents, mask=cents == 0)
    moment = part.ground.moments
    return {
        "stage": named(codes, stage), "process": named([book.stages.process_of(code) or "" for code in codes], stage),
        "outcome": named(list(OUTCOMES), outcome), "amount_cents": money, "counted_cents": money, "chance_bp": pa.array(chance[stage]),
        "close_on": part.ground.days(close_on), "forecast_category": named([book.closing.forecast.from_stage[code] for code in codes], stage),
        "closed_at": moment(closed), "stage_since": moment(since), "process_since": moment(since), "touched_at": moment(since),
    }  # fmt: skip


def fixed(part: Part) -> dict[str, pa.Array]:
    """What of a deal stays as it is."""
    count = len(part.rows)
    return {
        **part.sight(), "lead_id": ids("l", part.rows.number), "kind": pa.array(["new"] * count), "source": part.source(),
        "bant": pa.array(["met"] * count), "has_next_step": pa.array(part.rows.outcome == OPEN), "term_months": pa.array(np.full(count, 36)),
        "lead_at": part.ground.moments(part.rows.lead_at), "opened_at": part.ground.moments(part.rows.opened),
    }  # fmt: skip


def deals(part: Part) -> dict[str, pa.Array]:
    """Every deal as it is now."""
    moving = state(part, part.stage, part.rows.outcome, part.amount, part.close_on, part.since, part.rows.closed)
    return {"id": ids("d", part.rows.number), **fixed(part), **moving, "lost_reason": named(reasons(part.ground.said), part.rows.reason)}


def leads(part: Part) -> dict[str, pa.Array]:
    """The lead each deal came from."""
    count = len(part.rows)
    return {
        "id": ids("l", part.rows.number), **part.sight(), "source": part.source(), "band": named(["hot", "warm", "cold"], part.rng.integers(0, 3, count)), "playbook": pa.array(["1"] * count),
        "status": pa.array(["Converted"] * count), "score": pa.array(part.rng.integers(45, 95, count)), "hand_raise": pa.array(part.rng.random(count) < 0.2),
        "captured_at": part.ground.moments(part.rows.lead_at), "last_touch_at": part.ground.moments(part.until),
    }  # fmt: skip


def pocs(part: Part) -> dict[str, pa.Array]:
    """The proof of concept of each deal that came so far."""
    codes = part.ground.codes
    agreed, began, over = (part.rows.entry[:, codes.index(code)] for code in ("O4", "O5", "O6"))
    which = np.flatnonzero(~np.isnan(agreed))
    began, over, closed = began[which], over[which], part.rows.closed[which]
    failed = part.rows.reason[which] == reasons(part.ground.said).index("poc_failed")
    ended = np.where(np.isnan(over), closed, over)
    state = np.where(~np.isnan(over) | (failed & ~np.isnan(began)), 3, np.where(~np.isnan(closed), 2, np.where(np.isnan(began), 0, 1)))
    result = np.where(~np.isnan(over), 0, np.where(state == 3, 1, -1))
    return {
        "id": ids("c", part.rows.number[which]), "deal_id": ids("d", part.rows.number[which]), "state": named(["agreed", "running", "abandoned", "ended"], state),
        "result": named(["success", "failed"], result), "kickoff_on": part.ground.days(began), "planned_ends_on": part.ground.days(began + 70),
        "ended_on": part.ground.days(np.where(state == 1, np.nan, ended)), "known_at": part.ground.moments(agreed[which]),
    }  # fmt: skip


def _won(part: Part) -> Column:
    return np.flatnonzero((part.rows.outcome == WON) & (part.amount > 0))


def customers(part: Part) -> dict[str, pa.Array]:
    """Who bought, one a won deal."""
    which = _won(part)
    place = {name: column.take(pa.array(which)) for name, column in part.sight().items()}
    since = part.rows.closed[which]
    return {
        "id": ids("k", part.rows.number[which]), **place, "since": part.ground.days(since),
        "phase": named(["implementing", "live"], (part.ground.window.days - since > 150).astype(int)), "arr_cents": pa.array(part.amount[which]),
        "renews_on": part.ground.days(since + 1096), "licensed_users": pa.array(part.rng.integers(60, 420, len(which))),
    }  # fmt: skip


def terms(part: Part) -> dict[str, pa.Array]:
    """The time each of them bought."""
    which = _won(part)
    number, since = part.rows.number[which], part.rows.closed[which]
    return {"id": ids("m", number), "customer_id": ids("k", number), "deal_id": ids("d", number), "starts_on": part.ground.days(since),
            "ends_on": part.ground.days(since + 1095), "arr_cents": pa.array(part.amount[which]), "outcome": pa.array([""] * len(which))}  # fmt: skip
