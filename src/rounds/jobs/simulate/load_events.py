"""What happened in a chunk of simulated deals: stages entered, acts, rivals, and how each deal stood when it changed."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from rounds.jobs.simulate.load_rows import Part, fixed, ids, named, state
from rounds.rules.simulation.company import reasons
from rounds.rules.simulation.drawn import HOUR, LOST, WON, Column


def _entries(part: Part) -> tuple[Column, Column, Column, Column]:
    """(deal, place before or -1, place, moment) of every entry into a stage in order, the last one included."""
    rows, stages = part.rows, part.rows.entry.shape[1]
    ends = np.where(rows.outcome == WON, rows.closed, np.nan), np.where(rows.outcome == LOST, rows.closed, np.nan)
    when = np.concatenate([rows.entry, np.stack(ends, 1)], axis=1)
    deal, place = np.nonzero(~np.isnan(when))
    first = np.append(True, deal[1:] != deal[:-1])
    was = np.where(first, -1, np.append(-1, place[:-1]))
    assert stages + 2 == when.shape[1]
    return deal, was, place, when[deal, place]


def stage_changes(part: Part) -> dict[str, pa.Array]:
    """Every entry into a stage, as the history of a deal has it."""
    deal, was, place, when = _entries(part)
    codes, stages, process = part.ground.codes, part.rows.entry.shape[1], part.ground.book.stages.process_of
    way = np.where(was < 0, 0, np.where(place == stages, 3, np.where(place == stages + 1, 4, np.where(place > was + 1, 2, 1))))
    moment, number = part.ground.moments(when), part.rows.number[deal]
    processes = [process(code) or "" for code in codes]
    cents = part.amount[deal]
    return {
        "id": ids("s", number * 16 + place), "deal_id": ids("d", number), "was": named(codes, was), "now": named(codes, place),
        "process_was": named(processes, was), "process_now": named(processes, place),
        "way": named(["opened", "forward", "skipped", "won", "lost"], way), "entered_at": moment, "known_at": moment,
        "amount_cents": pa.array(cents, mask=(cents == 0) | (place == 0)),
    }  # fmt: skip


def activities(part: Part) -> dict[str, pa.Array]:
    """So many acts that a deal has as many events as the assumptions say."""
    count = len(part.rows)
    entries = (~np.isnan(part.rows.entry)).sum(axis=1) + (part.rows.outcome != 0)
    each = np.maximum(part.ground.said.events.per_deal.value - entries, 0)
    deal = np.repeat(np.arange(count), each)
    part_of = part.rng.random(len(deal))
    when = part.rows.opened[deal] + part_of * (part.until - part.rows.opened)[deal]
    kinds = part.ground.said.activities.kinds.shares
    kind = part.rng.choice(len(kinds), len(deal), p=np.array(list(kinds.values())) / sum(kinds.values()))
    inward = part.rng.random(len(deal)) < part.ground.said.activities.inward.share
    take = pa.array(deal)
    place = {name: column.take(take) for name, column in part.sight().items()}
    moment = part.ground.moments(when)
    order = np.arange(len(deal)) - np.repeat(np.cumsum(each) - each, each)
    return {
        "id": ids("x", part.rows.number[deal] * 16 + order), **place, "lead_id": ids("l", part.rows.number[deal]), "kind": named(list(kinds), kind),
        "direction": named(["out", "in"], inward.astype(int)), "human": pa.array(np.ones(len(deal), bool)), "by_id": ids("p", part.owner[deal]),
        "happened_at": moment, "known_at": moment,
    }  # fmt: skip


def rivals(part: Part) -> dict[str, pa.Array]:
    """Who else was there, and whom a deal was lost to."""
    which = np.flatnonzero(part.rows.rival >= 0)
    lost = part.rows.reason[which] == reasons(part.ground.said).index("competition")
    return {
        "deal_id": ids("d", part.rows.number[which]), "competitor": named(list(part.ground.said.rivals.listed.shares), part.rows.rival[which]),
        "status": pa.array(["present"] * len(which)), "won": pa.array(lost), "known_at": part.ground.moments(part.rows.opened[which]),
    }  # fmt: skip


def snapshots(part: Part) -> dict[str, pa.Array]:
    """How a deal stood at the end of each day on which something of it changed, from the first day of the window on."""
    deal, day = _changed(part)
    end = day + 1.0
    rows, stages = part.rows, part.rows.entry.shape[1]
    here = np.where(rows.entry[deal] < end[:, None], np.arange(stages), -1).max(axis=1)
    over = rows.closed[deal] < end
    outcome = np.where(over, rows.outcome[deal], 0)
    stage = np.where(outcome == WON, stages, np.where(outcome == LOST, stages + 1, here))
    since = np.where(over, rows.closed[deal], rows.entry[deal, here])
    when, date = part.promised
    last = np.where(when[deal] < end[:, None], np.arange(when.shape[1]), 0).max(axis=1)
    promised = np.where(over & (outcome == WON), rows.closed[deal], date[deal, last])
    known = _amount_days(part)
    paid = np.where((known[deal] < end[:, None]) & (rows.amounts[deal] > 0), np.arange(known.shape[1]), -1).max(axis=1)
    cents = np.where(paid >= 0, rows.amounts[deal, paid], 0)
    moving = state(part, stage, outcome, cents, promised, since, np.where(over, rows.closed[deal], np.nan))
    take = pa.array(deal)
    still = {name: column.take(take) for name, column in fixed(part).items()}
    return {"id": ids("d", rows.number[deal]), "day": part.ground.days(day.astype(float)), **still, **moving,
            "has_next_step": pa.array(outcome == 0), "lost_reason": named(reasons(part.ground.said), np.where(over, rows.reason[deal], -1))}  # fmt: skip


def _amount_days(part: Part) -> Column:
    """When each amount was said: soon after its stage was entered, before the deal ended."""
    rule, codes, soon = part.ground.said.amounts, part.ground.codes, part.ground.said.habits.promise_again_within
    days = [part.rows.entry[:, codes.index(stage)] + soon for stage in (rule.first.stage, *rule.changes.stages)]
    return np.minimum(np.stack(days, axis=1), part.until[:, None] - HOUR)


def _changed(part: Part) -> tuple[Column, Column]:
    """(deal, day) once for each day of the window on which a deal changed; the first day for those that were there before."""
    rows, count = part.rows, len(part.rows)
    moments = np.concatenate([rows.entry, part.promised[0], _amount_days(part), rows.closed[:, None], np.maximum(rows.opened, 0)[:, None]], axis=1)
    deal = np.repeat(np.arange(count), moments.shape[1])
    day = np.floor(moments.ravel())
    there = ~np.isnan(day) & (day >= 0) & (day < part.ground.window.days) & (day <= np.nan_to_num(rows.closed, nan=1e9)[deal])
    key = np.unique(deal[there] * 4096 + day[there].astype("int64"))
    return key // 4096, key % 4096
