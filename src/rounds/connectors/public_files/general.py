"""CMS Hospital General Information (dataset xubh-q36u): who is a hospital, where, of what kind, with stars.

Three generations of headers: "Provider ID … City" (to 2018), "Facility ID … City" (2019–2023),
"Facility ID … City/Town" (since). Traps: a fifth of the CCNs begin with 0, stars say "Not Available".
"""

from __future__ import annotations

from .source import Source


def _layout(headers: frozenset[str]) -> int:
    """Which generation of headers: the newer the higher."""
    if "city_town" in headers:
        return 3
    return 2 if "facility_id" in headers else 1


SOURCE = Source(
    key="general",
    title="CMS Hospital General Information",
    fills="the list of hospitals itself: names, addresses, types, ownership, stars",
    columns={
        "id": ("facility_id", "provider_id"),
        "name": ("facility_name", "hospital_name"),
        "state": ("state",),
        "zip": ("zip_code",),
        "type": ("hospital_type",),
        "ownership": ("hospital_ownership",),
        "emergency": ("emergency_services",),
    },
    optional={
        "address": ("address",),
        "city": ("city_town", "city"),
        "county": ("county_parish", "county_name"),
        "phone": ("telephone_number", "phone_number"),
        "stars": ("hospital_overall_rating",),
        "meaningful_use": ("meets_criteria_for_meaningful_use_of_ehrs",),
    },
    layout=_layout,
    needs="ccn is not null and name is not null",
    every_file=True,
    clean="""
        select ccn_of(id) as ccn, said(name) as name, said(address) as address, said(city) as city,
            state_of(state) as state, zip_of(zip) as zip, said(county) as county, said(phone) as phone,
            said(type) as hospital_type, said(ownership) as ownership, yes_of(emergency) as emergency,
            cast(whole_of(stars) as integer) as stars, yes_of(meaningful_use) as meaningful_use, row_no
        from raw
    """,
)
