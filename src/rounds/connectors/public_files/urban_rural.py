"""NCHS urban–rural classification of counties, 1 (large central metro) to 6 (noncore). latin-1, unpadded."""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="urban_rural",
    title="NCHS urban-rural county codes",
    fills="the urban–rural class of a county",
    columns={"state": ("stfips",), "county": ("ctyfips",), "code": ("code2023", "code2013")},
    optional={"name": ("ctyname",), "abbreviation": ("st_abbrev",)},
    needs="fips is not null and code is not null",
    clean="""
        select padded(digits(state), 2) || padded(digits(county), 3) as fips,
            cast(whole_of(code) as integer) as code, said(name) as county,
            state_of(abbreviation) as state, row_no
        from raw
    """,
)
