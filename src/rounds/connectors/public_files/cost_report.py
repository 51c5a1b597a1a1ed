"""CMS Hospital Provider Cost Report: beds, money and the fiscal year of every Medicare hospital.

Traps: dates are MM/DD/YYYY, one CCN may report twice in a year, reports may cover a few weeks, margins run
wild. Nothing is dropped here: every report is a row and the rules choose.
"""

from __future__ import annotations

from .source import Source

SOURCE = Source(
    key="cost_report",
    title="CMS Hospital Provider Cost Report",
    fills="beds, net patient revenue, total margin, the end of the fiscal year",
    columns={
        "id": ("provider_ccn",),
        "begins": ("fiscal_year_begin_date",),
        "ends": ("fiscal_year_end_date",),
        "beds": ("number_of_beds",),
        "npr": ("net_patient_revenue",),
        "income": ("net_income",),
    },
    optional={
        "record": ("rpt_rec_num",),
        "other_income": ("total_other_income",),
        "service_income": ("net_income_from_service_to_patients",),
        "cbsa": ("medicare_cbsa_number",),
        "rural": ("rural_versus_urban",),
        "residents": ("number_of_interns_and_residents_fte",),
        "fte": ("fte_employees_on_payroll",),
        "facility": ("ccn_facility_type",),
    },
    needs="ccn is not null and ends is not null",
    dated="select max(ends) from clean",
    every_file=True,
    clean="""
        select ccn_of(id) as ccn, whole_of(record) as record_no, day_of(begins) as begins, day_of(ends) as ends,
            date_diff('day', day_of(begins), day_of(ends)) + 1 as days,
            case when number_of(beds) > 0 then cast(whole_of(beds) as integer) end as beds,
            number_of(npr) as net_patient_revenue_usd, number_of(income) as net_income_usd,
            number_of(other_income) as other_income_usd, number_of(service_income) as service_income_usd,
            said(cbsa) as cbsa, upper(said(rural)) as rural, number_of(residents) as residents,
            number_of(fte) as fte, upper(said(facility)) as facility_type, row_no
        from raw
    """,
)
