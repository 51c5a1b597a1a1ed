"""Breach reports and the hospitals or systems they name: talking points, never points (PLUS-05).

Names are free text: compared by likeness within a state, after both sides were brought to a common spelling.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from . import names
from .columns import Columns, as_json

if TYPE_CHECKING:
    import pyarrow as pa

    from rounds.playbook.shapes.hospitals import Breaches

YEAR = timedelta(days=365.25)


def match_breaches(columns: Columns, rule: Breaches, at: date) -> pa.Table:
    """`id` (unit id or CCN), `level`, `breaches` (count), `last_breach`, `affected`, `value` (JSON list, newest
    first), `likeness` 0–100, `file`, `row_no`, `as_of`: for every hospital and system named in a report."""
    reports = columns.rows(
        f"""
        select name, state, day, affected, kind, place, file, row_no, as_of from breaches
        where entity is not distinct from '{rule.entity}' and state is not null
            and day between date '{at - rule.years * YEAR}' and date '{at}' order by day desc, row_no
        """
    )
    named: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for level, subject, name, state in columns.rows(
        """
        select 'hospital', ccn, name, state from joined where state is not null union all
        select distinct 'system', system_id, system_name, s from (
            select system_id, system_name, unnest([state, system_state]) as s from joined
            where system_id is not null) where s is not null order by 1, 2
        """
    ):
        spelled = names.full(name)
        if spelled and len(names.core(name) or "") > 3:
            named[state].append((spelled, level, subject))
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for state, candidates in sorted(named.items()):
        here = [(names.full(report[0]), report) for report in reports if report[1] == state]
        _match_state(candidates, [(name, report) for name, report in here if name], rule.likeness_at_least, found)
    return _table(found)


def _match_state(candidates: list, here: list, floor: float, found: dict) -> None:
    """All names of a state against all its reports at once; a report goes to every subject it is like."""
    from rapidfuzz import fuzz, process

    if not here:
        return
    scores = process.cdist(
        [name for name, _ in here],
        [name for name, _, _ in candidates],
        scorer=fuzz.token_sort_ratio,
        score_cutoff=floor,
        workers=1,
    )
    for place, (_, report) in enumerate(here):
        best = scores[place].max()
        if best < floor:
            continue
        for other in (scores[place] >= best).nonzero()[0]:
            _, level, subject = candidates[other]
            found[level, subject].append({"report": report, "likeness": float(best)})


def _table(found: dict[tuple[str, str], list[dict[str, Any]]]) -> pa.Table:
    import pyarrow as pa

    rows = []
    for (level, subject), hits in sorted(found.items()):
        hits.sort(key=lambda hit: hit["report"][2], reverse=True)
        first = hits[0]["report"]
        told = [
            {
                "day": str(hit["report"][2]),
                "named": hit["report"][0],
                "affected": hit["report"][3],
                "kind": hit["report"][4],
                "place": hit["report"][5],
            }
            for hit in hits
        ]
        rows.append(
            {
                "id": subject,
                "level": level,
                "breaches": len(hits),
                "last_breach": first[2],
                "affected": sum(hit["report"][3] or 0 for hit in hits),
                "value": as_json(told),
                "likeness": min(hit["likeness"] for hit in hits),
                "file": first[6],
                "row_no": first[7],
                "as_of": first[8],
            }
        )
    kinds = {
        "id": pa.string(), "level": pa.string(), "breaches": pa.int32(), "last_breach": pa.date32(),
        "affected": pa.int64(), "value": pa.string(), "likeness": pa.float64(), "file": pa.string(),
        "row_no": pa.int64(), "as_of": pa.date32(),
    }  # fmt: skip
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds.items()))
