"""A vendor's own FHIR R4 bundle of service base URLs (Oracle Health publishes this one): Endpoint resources
with the Organization contained or beside them. Clinics are in it too.
"""

from __future__ import annotations

from typing import Any

from .source import Source


def _head(text: str) -> bool:
    """A Bundle whose first resources are Endpoints."""
    squeezed = "".join(text[:6000].split())
    return '"resourceType":"Bundle"' in squeezed and '"resourceType":"Endpoint"' in squeezed


def _rows(bundle: Any) -> list[dict[str, str | None]]:
    """One row for each (endpoint, organisation) with its first address."""
    rows: list[dict[str, str | None]] = []
    for entry in bundle.get("entry") or []:
        resource = entry.get("resource") or {}
        if resource.get("resourceType") != "Endpoint":
            continue
        for organization in resource.get("contained") or []:
            if organization.get("resourceType") != "Organization":
                continue
            address = (organization.get("address") or [{}])[0]
            rows.append(
                {
                    "organization": organization.get("name"),
                    "zip": address.get("postalCode"),
                    "state": address.get("state"),
                    "url": resource.get("address"),
                }
            )
    return rows


SOURCE = Source(
    key="endpoints",
    label="oracle_r4",
    title="Oracle Health R4 endpoint bundle",
    fills="Oracle/Cerner hospitals by name and ZIP",
    needs="organization is not null",
    json_head=_head,
    json_rows=_rows,
    clean="""
        select lower(regexp_extract(url, '^https?://([^/:]+)', 1)) as list, said(organization) as organization,
            zip_of(zip) as zip, said(state) as state,
            lower(regexp_extract(url, '^https?://([^/:]+)', 1)) as host, row_no
        from raw
    """,
)
