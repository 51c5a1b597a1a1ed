"""The dimensions that stand in the playbook: days by the fiscal calendar, stages, segments, products, campaigns."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

from rounds.analytics.metrics.tables import DAY, TEXT, WHOLE, YES
from rounds.analytics.numbers import period as periods
from rounds.playbook import Playbook

DIMENSIONS: dict[str, tuple[str, dict[str, str]]] = {
    "dim_date": ("A day of the company. `restated`: a number of its month was told otherwise when the month ended.",
                 {"day": DAY, "year": WHOLE, "month": TEXT, "month_starts": DAY, "week": TEXT, "week_starts": DAY, "weekday": WHOLE, "is_weekday": YES,
                  "fiscal_year": TEXT, "fiscal_quarter": TEXT, "fiscal_quarter_starts": DAY, "fiscal_month": WHOLE, "restated": YES}),
    "dim_stage": ("A stage of a deal, in order; `target_bp` the playbook's chance of a win.", {"stage": TEXT, "title": TEXT, "place": WHOLE, "process": TEXT, "ends": TEXT, "target_bp": WHOLE}),
    "dim_segment": ("A segment, largest first.", {"segment": TEXT, "title": TEXT, "place": WHOLE}),
    "dim_product": ("What is sold.", {"product": TEXT, "title": TEXT, "unit": TEXT, "kind": TEXT}),
    "dim_campaign": ("Where leads come from, and the channel that is. Campaigns as records of their own come later.", {"campaign": TEXT, "channel": TEXT, "channel_title": TEXT}),
}  # fmt: skip
"""Name → what it is, and its columns with their types."""
LONGEST = 40
"""Years: a close date typed as 9999 makes no four million days."""


def days(first: date, last: date, book: Playbook, restated: Collection[str] = ()) -> Iterator[tuple[Any, ...]]:
    """Every day of the fiscal years from `first` to `last`; `restated` are months as people write them (2026-10)."""
    here = periods.containing("year", first, book).starts
    end = periods.containing("year", min(last, date(first.year + LONGEST, 1, 1)), book).ends
    starts = periods.year_starts(book)
    while here <= end:
        month, week = periods.containing("month", here, book), periods.containing("week", here, book)
        quarter, year = periods.containing("quarter", here, book), periods.containing("year", here, book)
        yield (here, here.year, month.code, month.starts, week.code, week.starts, here.isoweekday(), here.isoweekday() < 6,
               year.code, quarter.code, quarter.starts, (here.month - starts) % 12 + 1, month.code in restated)  # fmt: skip
        here += timedelta(days=1)


def of_playbook(book: Playbook, found: dict[str, Collection[str]]) -> dict[str, list[tuple[Any, ...]]]:
    """Dimension → its rows; `found`: the keys the facts name (a code of an older playbook, an unsaid one) are listed as they are."""
    from rounds.rules.pipeline.probability import targets

    chances, channels = targets(book), {source: one for one in book.engagement.channels.list for source in one.sources}
    rows: dict[str, list[tuple[Any, ...]]] = {
        "dim_stage": [(one.stage, one.title, place, one.process or "", one.end, chances.get(one.stage)) for place, one in enumerate(book.stages.stages, 1)],
        "dim_segment": [(one.segment, one.title, place) for place, one in enumerate(book.segments.segments, 1)],
        "dim_product": [(one.product, one.title, one.unit, one.kind) for one in book.products.products],
        "dim_campaign": [(source, one.channel, one.title) for source, one in channels.items()],
    }
    rows["dim_segment"] += [(code, one.title, len(rows["dim_segment"]) + place) for place, (code, one) in enumerate(book.segments.programmes.items(), 1)]
    for name, keys in found.items():
        known = {row[0] for row in rows[name]}
        rows[name] += [UNKNOWN[name](key) for key in sorted(set(keys) - known)]
    return rows


UNKNOWN: dict[str, Any] = {
    "dim_stage": lambda key: (key, key or "Not said", None, "", "", None), "dim_segment": lambda key: (key, key or "Not said", None),
    "dim_product": lambda key: (key, key or "Not said", "", ""), "dim_campaign": lambda key: (key, "other" if key else "unsaid", "Other" if key else "Source not said"),
}  # fmt: skip
"""Dimension → the row of a key the playbook does not name."""
