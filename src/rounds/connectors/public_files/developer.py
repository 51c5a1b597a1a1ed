"""Developer of the certified EHR by CCN, from ONC's product list.

Trap: of a bundle it keeps the first product, so a third of the rows name an add-on and not the EHR. Which
developers make a hospital's EHR is playbook data (`universe.yaml`), not decided here.
"""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="developer",
    title="CEHRT developer by CCN (ONC product list)",
    fills="most EHR vendors",
    columns={"id": ("facility_id", "ccn"), "cehrt": ("cehrt_id",), "developer": ("developer_name",)},
    needs="ccn is not null",
    clean="""
        select ccn_of(id) as ccn, upper(said(cehrt)) as cehrt_id, said(developer) as developer, row_no
        from raw
    """,
)
