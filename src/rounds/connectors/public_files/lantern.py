"""ONC Lantern: organisations behind the FHIR endpoints that vendors publish.

Traps: Epic and MEDITECH give names only, most rows are clinics, ZIPs come with four digits or nine.
"""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="endpoints",
    label="lantern",
    title="ONC Lantern endpoint organisations",
    fills="EHR vendors by the name and ZIP in a vendor's own list",
    columns={
        "list": ("vendor_file",),
        "organization": ("organization_name",),
        "zip": ("zip",),
        "url": ("endpoint_url",),
    },
    needs="organization is not null",
    clean="""
        select said(list) as list, said(organization) as organization, zip_of(zip) as zip,
            cast(null as varchar) as state, lower(regexp_extract(url, '^https?://([^/:]+)', 1)) as host, row_no
        from raw
    """,
)
