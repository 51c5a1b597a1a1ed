"""ZIP ↔ county. A ZIP may lie in several counties; the first named is taken where nothing else decides."""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="zip_county",
    title="ZIP to county",
    fills="the county code of a hospital",
    columns={"zip": ("zip", "zipcode"), "fips": ("fips", "county_fips"), "county": ("county",)},
    optional={"state": ("state",)},
    needs="zip is not null and fips is not null",
    clean="""
        select zip_of(zip) as zip, padded(digits(fips), 5) as fips, said(county) as county,
            state_of(state) as state, row_no
        from raw
    """,
)
