"""CMS Promoting Interoperability: the id of the certified EHR (CEHRT) each hospital attested to.

Traps: leading zeros of the CCN are lost; many hospitals name no id.
"""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="cehrt",
    title="CMS Promoting Interoperability (CEHRT ids)",
    fills="EHR vendors of hospitals that share a certified product with others",
    columns={
        "id": ("facility_id", "provider_id"),
        "cehrt": ("cehrt_id",),
        "meets": ("meets_criteria_for_promoting_interoperability_of_ehrs",),
    },
    optional={"ends": ("end_date",)},
    needs="ccn is not null",
    dated="select max(ends) from clean",
    clean="""
        select ccn_of(id) as ccn, upper(said(cehrt)) as cehrt_id, yes_of(meets) as meets,
            day_of(ends) as ends, row_no
        from raw
    """,
)
