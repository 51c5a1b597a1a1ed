"""CCN ↔ HIFLD id (CovidCareMap). Traps: the CCN is written as a number, the HIFLD id without its zeros."""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="hifld_crosswalk",
    title="HIFLD to CCN crosswalk",
    fills="the join from HIFLD to the CCN",
    columns={
        "id": ("hcris_id",),
        "hifld": ("hifld_id",),
        "name": ("name",),
        "state": ("state",),
        "zip": ("zipcode", "zip"),
    },
    needs="ccn is not null and hifld_id is not null",
    clean="select ccn_of(id) as ccn, ltrim(digits(hifld), '0') as hifld_id, row_no from raw",
)
