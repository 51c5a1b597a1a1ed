"""Beds, revenue, margin and the fiscal year of each hospital, out of every cost report there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .columns import Columns, ladder

if TYPE_CHECKING:
    from rounds.playbook.shapes.words import Universe

DAYS_OF_A_YEAR = 365


def add_money(columns: Columns, cuts: Universe) -> None:
    """`hospital` → `finance`: one row a CCN. Money in USD a year, margins as ratios of total revenue.

    A full report covers `min_report_days`; of two in one fiscal year the longer counts. Margin is net income
    over total revenue (patient revenue and other income), winsorised, mean of the last `years` full reports.
    Trap: net income *from service to patients* has another sign in a quarter of the hospitals and is not used.
    """
    margin = cuts.margin
    columns.make(
        "report",
        f"""
        select *, days >= {margin.min_report_days} as whole,
            case when net_patient_revenue_usd + coalesce(other_income_usd, 0) > 0 then
                greatest({margin.winsorise.low}, least({margin.winsorise.high},
                    net_income_usd / (net_patient_revenue_usd + coalesce(other_income_usd, 0)))) end as margin
        from (
            select * from cost_report semi join hospital using (ccn) where days > 0
            qualify row_number() over (partition by ccn, ends order by as_of desc, days desc, row_no desc) = 1
        )
        """,
    )
    columns.make(
        "margins",
        f"""
        select ccn, avg(margin) as total_margin, count(*) as margin_years, max(year) as margin_until,
            case when count(*) > 1 then arg_max(margin, ends) - arg_min(margin, ends) end as margin_trend,
            max(ends) as margin_ends, arg_max(file, ends) as file, arg_max(row_no, ends) as row_no,
            arg_max(as_of, ends) as as_of
        from (
            select *, year(ends) as year from (
                select * from report where whole and margin is not null
                qualify row_number() over (partition by ccn, year(ends) order by days desc, ends desc) = 1
            ) qualify row_number() over (partition by ccn order by ends desc) <= {margin.years}
        ) group by ccn
        """,
    )
    latest = "qualify row_number() over (partition by ccn order by whole desc, ends desc, days desc) = 1"
    columns.make("latest_beds", f"select * from report where beds is not null {latest}")
    columns.make(
        "latest_revenue",
        f"""
        select *, net_patient_revenue_usd * case when whole then 1 else {DAYS_OF_A_YEAR} / days end as yearly_usd
        from report where net_patient_revenue_usd > 0 {latest}
        """,
    )
    columns.make("latest_year", f"select * from report {latest}")
    columns.make(
        "linked",
        """
        select * from linkage semi join hospital using (ccn)
        qualify row_number() over (partition by ccn order by system_id is null, beds desc nulls last, row_no) = 1
        """,
    )
    _finance(columns, cuts)


def _finance(columns: Columns, cuts: Universe) -> None:
    columns.make(
        "finance",
        f"""
        select *, {ladder("beds", cuts.deal_potential.per_bed, "usd_per_bed")} * beds as deal_potential_usd
        from (
            select h.ccn, coalesce(b.beds, l.beds, p.hifld_beds) as beds,
                case when b.beds is not null then 'cost_report' when l.beds is not null then 'linkage'
                    when p.hifld_beds is not null then 'hifld' end as beds_source,
                coalesce(r.yearly_usd, l.net_patient_revenue_usd) as net_patient_revenue_usd,
                case when r.yearly_usd is not null then 'cost_report'
                    when l.net_patient_revenue_usd is not null then 'linkage' end as revenue_source,
                m.total_margin, m.margin_years, m.margin_trend, m.margin_ends,
                cast(month(y.ends) as integer) as fye_month, cast(day(y.ends) as integer) as fye_day,
                y.residents, y.facility_type,
                coalesce(l.major_teaching, false) as major_teaching, l.major_teaching is not null as teaching_known,
                case when l.very_major_teaching or l.major_teaching then 'major'
                    when l.residents_per_bed > 0 then 'minor' when l.major_teaching is not null then 'none'
                end as teaching,
                l.system_id, l.system_name, l.system_city, l.system_state
            from hospital h left join latest_beds b using (ccn) left join latest_revenue r using (ccn)
            left join margins m using (ccn) left join latest_year y using (ccn)
            left join linked l using (ccn) left join place p using (ccn)
        )
        """,
    )
