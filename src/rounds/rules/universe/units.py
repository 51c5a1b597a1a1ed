"""Buying units: a health system with all its hospitals, or an independent hospital (PLUS-06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .columns import Columns, ladder

if TYPE_CHECKING:
    from rounds.playbook.shapes.words import Universe


def add_units(columns: Columns, cuts: Universe, *, place: str = "headquarters") -> None:
    """`joined` → `unit`: one row a buying unit with roll-ups.

    Beds, revenue, hospitals: sums. Margin: weighted by revenue. EHR: the vendor with most beds, its confidence
    scaled by its share of the beds whose vendor is known. Place (rurality, metro, point): of the largest
    hospital. `place` is the reading of a unit's state: `headquarters` (else the state with most beds), or
    `most_beds` (PLUS-06).
    """
    columns.make(
        "unit_state",
        """
        select unit_id, state, sum(beds) as beds, count(*) as hospitals from joined where state is not null
        group by unit_id, state
        """,
    )
    columns.make(
        "unit_ehr",
        """
        select unit_id, arg_max(ehr_vendor, weight) as ehr_vendor, arg_max(ehr, weight) as ehr,
            arg_max(ehr_class, weight) as ehr_class,
            arg_max(trust, weight) * max(weight) / sum(weight) as ehr_confidence,
            max(weight) / sum(weight) as ehr_share
        from (
            select unit_id, ehr_vendor, any_value(ehr) as ehr, any_value(ehr_class) as ehr_class,
                sum(coalesce(beds, 1)) as weight,
                sum(coalesce(beds, 1) * ehr_confidence) / sum(coalesce(beds, 1)) as trust
            from joined where ehr_vendor is not null group by unit_id, ehr_vendor
        ) group by unit_id
        """,
    )
    largest = "coalesce(beds, 0) + if(programme = 'core', 1e6, 0)"
    headquarters = "max(system_state)" if place == "headquarters" else "cast(null as varchar)"
    columns.make(
        "unit_sum",
        f"""
        select unit_id, max(system_id) filter (programme <> 'federal') as system_id,
            coalesce(max(system_name) filter (programme <> 'federal'), any_value(name)) as name,
            arg_max(ccn, {largest}) as flagship, count(*) as hospitals, sum(beds) as beds,
            sum(net_patient_revenue_usd) as net_patient_revenue_usd,
            sum(total_margin * net_patient_revenue_usd) filter (total_margin is not null)
                / nullif(sum(net_patient_revenue_usd) filter (total_margin is not null), 0) as weighed_margin,
            avg(total_margin) as plain_margin,
            sum(margin_trend * net_patient_revenue_usd) filter (margin_trend is not null)
                / nullif(sum(net_patient_revenue_usd) filter (margin_trend is not null), 0) as margin_trend,
            count(distinct state) as states, {headquarters} as headquarters_state,
            max(system_city) as headquarters_city,
            bool_or(major_teaching) as major_teaching, bool_or(teaching_known) as teaching_known,
            case when bool_or(teaching = 'major') then 'major' when bool_or(teaching = 'minor') then 'minor'
                when bool_or(teaching = 'none') then 'none' end as teaching,
            bool_and(critical_access) as critical_access, max(stars) as best_stars,
            case when bool_or(programme = 'core') then 'core' else mode(programme) end as programme
        from joined group by unit_id
        """,
    )
    columns.make(
        "unit",
        f"""
        select u.unit_id, u.system_id, u.name, u.system_id is null as independent, u.flagship, u.hospitals,
            cast(u.beds as integer) as beds, u.net_patient_revenue_usd,
            coalesce(u.weighed_margin, u.plain_margin) as total_margin, u.margin_trend, u.states,
            coalesce(u.headquarters_state, s.state) as state,
            coalesce(if(u.headquarters_state is null, null, u.headquarters_city), j.city) as city,
            u.major_teaching, u.teaching_known, u.teaching, u.critical_access, u.best_stars, u.programme,
            j.zip, j.address, j.county, j.phone, j.ruca, j.rural, j.cbsa_rank, j.metro, j.lat, j.lon, j.domain,
            j.org_type, if(u.major_teaching, j.subtype, null) as teaching_subtype, j.subtype,
            j.fye_month, j.fye_day, e.ehr_vendor, e.ehr, e.ehr_class, e.ehr_confidence, e.ehr_share,
            {ladder("u.beds", cuts.deal_potential.per_bed, "usd_per_bed")} * u.beds as deal_potential_usd
        from unit_sum u join joined j on j.ccn = u.flagship left join unit_ehr e on e.unit_id = u.unit_id
        left join (select unit_id, arg_max(state, coalesce(beds, 0) * 1000 + hospitals) as state
            from unit_state group by unit_id) s on s.unit_id = u.unit_id
        order by u.unit_id
        """,
    )
