"""AHRQ Compendium of US Health Systems, hospital linkage: which system a hospital belongs to.

Traps: written in cp1252, a third of the hospitals in no system, some rows without CCN.
"""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="linkage",
    title="AHRQ Compendium hospital linkage",
    fills="health systems, the account hierarchy, major teaching hospitals",
    columns={
        "id": ("ccn",),
        "compendium": ("compendium_hospital_id",),
        "system_id": ("health_sys_id",),
        "system_name": ("health_sys_name",),
    },
    optional={
        "name": ("hospital_name",),
        "system_city": ("health_sys_city",),
        "system_state": ("health_sys_state",),
        "beds": ("hos_beds",),
        "teaching": ("hos_majteach",),
        "very": ("hos_vmajteach",),
        "intensity": ("hos_teachint",),
        "children": ("hos_children",),
        "revenue": ("hos_net_revenue",),
    },
    needs="ccn is not null",
    clean="""
        select ccn_of(id) as ccn, said(name) as name, said(system_id) as system_id,
            said(system_name) as system_name, said(system_city) as system_city,
            state_of(system_state) as system_state,
            case when number_of(beds) > 0 then cast(whole_of(beds) as integer) end as beds,
            yes_of(teaching) as major_teaching, yes_of(very) as very_major_teaching,
            number_of(intensity) as residents_per_bed, yes_of(children) as children,
            number_of(revenue) as net_patient_revenue_usd, row_no
        from raw
    """,
)
