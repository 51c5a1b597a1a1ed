"""How often two sources say the same: the precision sample behind every inference and every second figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .columns import Columns

if TYPE_CHECKING:
    import pyarrow as pa

NEAR = 0.20
"""Two numbers within a fifth of the larger count as the same in this sample; no verdict rests on it."""


def agreement(claims: pa.Table, key: str) -> list[dict[str, object]]:
    """For each pair of sources of `key`: {"a", "b", "compared": n, "same": share 0–1}, most compared first.

    Texts must be equal; numbers within `NEAR` of the larger.
    """
    with Columns({"claim": claims}) as columns:
        rows = columns.rows(
            f"""
            select a.source, b.source, count(*) as n,
                avg(if(coalesce(abs(try_cast(a.value as double) - try_cast(b.value as double))
                    <= {NEAR} * greatest(abs(try_cast(a.value as double)), abs(try_cast(b.value as double))),
                    a.value = b.value), 1, 0)) as same
            from claim a join claim b on b.level = a.level and b.id = a.id and b.key = a.key and a.source < b.source
            where a.key = '{key}' group by a.source, b.source order by n desc, 1, 2
            """
        )
    return [{"a": a, "b": b, "compared": n, "same": round(same, 4)} for a, b, n, same in rows]
