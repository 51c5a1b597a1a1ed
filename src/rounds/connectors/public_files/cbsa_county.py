"""County ↔ metro area (NBER's form of the Census delineation). Trap: its first data row is blank."""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="cbsa_county",
    title="County to CBSA crosswalk",
    fills="the metro area of a hospital's county",
    columns={
        "cbsa": ("cbsacode",),
        "title": ("cbsatitle",),
        "state": ("fipsstatecode",),
        "county": ("fipscountycode",),
    },
    optional={"kind": ("metropolitanmicropolitanstatis",)},
    needs="fips is not null and cbsa is not null",
    clean="""
        select said(cbsa) as cbsa, said(title) as title, said(kind) as kind,
            padded(digits(state), 2) || padded(digits(county), 3) as fips, row_no
        from raw
    """,
)
