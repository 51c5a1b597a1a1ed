"""The rows that belong to no deal of a load set: people, accounts, quotas."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from rounds.jobs.simulate.load_rows import TIERS, Ground, ids, named
from rounds.rules.simulation.arriving import rounded_cents
from rounds.rules.simulation.beside import quarters
from rounds.rules.simulation.selling import there


def people(ground: Ground) -> dict[str, pa.Array]:
    """The sellers, by number."""
    count = len(ground.sellers)
    return {
        "id": ids("p", np.arange(count)), "name": ids("Seller ", np.arange(count)), "role": pa.array(["ae"] * count),
        "team_id": ids("t", ground.sellers.segment), "active": pa.array(~(ground.sellers.left < ground.window.days)),
    }  # fmt: skip


def accounts(ground: Ground) -> dict[str, pa.Array]:
    """As many in each segment of each territory; nobody's."""
    segments, territories = [one.segment for one in ground.said.segments.listed], list(ground.book.territories.names)
    each = ground.accounts_a_cell
    number = np.arange(each * len(segments) * len(territories))
    segment, territory = number // (each * len(territories)), number // each % len(territories)
    account = ids("a", number)
    return {
        "id": account, "buying_unit_id": account, "territory": named(territories, territory), "segment": named(segments, segment),
        "tier": pa.array(np.array([TIERS.get(one, 0) for one in segments])[segment]), "is_unit": pa.array(np.ones(len(number), bool)),
        "level": pa.array(["system"] * len(number)), "created_at": ground.moments(np.full(len(number), -900.0)),
    }  # fmt: skip


def quotas(ground: Ground) -> dict[str, pa.Array]:
    """For each quarter and each who sells then: what one of the segment brings, by the assumptions alone."""
    who, first, last = [], [], []
    every = np.arange(len(ground.sellers))
    for starts_on, ends_on in quarters(ground.window):
        day = (starts_on - ground.window.start).days
        here = every[there(ground.sellers, every, np.full(len(every), max(day, 0.0)))]
        who.append(here)
        first.append(np.full(len(here), float(day)))
        last.append(np.full(len(here), float((ends_on - ground.window.start).days)))
    seller, starts = np.concatenate(who), np.concatenate(first)
    usd = np.array([one.arr_usd.median for one in ground.said.segments.listed])[ground.sellers.segment[seller]]
    rule = ground.said.sellers.quota
    # A seller wins one deal in five of those given (docs/simulation.md).
    cents = rounded_cents(usd * ground.said.sellers.deals_each.value / 4 / 5 * rule.of_expected, rule.round_usd)
    return {
        "id": ids("q", np.arange(len(seller))), "owner_id": ids("p", seller), "team_id": ids("t", ground.sellers.segment[seller]),
        "territory": named(list(ground.book.territories.names), ground.sellers.territory[seller]), "starts_on": ground.days(starts),
        "ends_on": ground.days(np.concatenate(last)), "cents": pa.array(cents), "known_at": ground.moments(starts),
    }  # fmt: skip
