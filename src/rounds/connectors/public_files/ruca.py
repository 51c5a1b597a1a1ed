"""USDA rural–urban commuting area codes by ZIP (4 and above = rural)."""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="ruca",
    title="USDA RUCA codes by ZIP",
    fills="rurality",
    columns={"zip": ("zipcode", "zip_code"), "code": ("primaryruca", "ruca1")},
    optional={"second": ("secondaryruca", "ruca2"), "state": ("state",)},
    needs="zip is not null",
    clean="""
        select zip_of(zip) as zip, number_of(code) as ruca, number_of(second) as ruca_secondary,
            state_of(state) as state, row_no
        from raw
    """,
)
