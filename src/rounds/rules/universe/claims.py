"""What each source claims about each hospital or system, one line a fact: value, source, place in it, date, trust."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .columns import Columns

if TYPE_CHECKING:
    import pyarrow as pa

    from rounds.playbook.shapes.words import Universe

ESTIMATE = "estimate"
ESTIMATED = "0.5"
"""Confidence of an estimate: neither believed nor disbelieved, and marked `estimated` besides."""

PEERS = (
    "to_json({'count': peer_count, 'margin': round(peer_margin, 4), 'difference': round(margin_vs_peers, 4), "
    "'beds': peer_beds, 'ccns': peers})"
)
PEER_ROWS = (
    "(select *, 'cost reports of its ' || peer_count || ' nearest,' as file, peer_count as row_no, "
    "(select max(as_of) from report) as as_of from peer where peer_count > 0)"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of line: `value` is a SQL expression over `rows` giving JSON text, null for no claim."""

    key: str
    value: str
    source: str
    rows: str
    confidence: str = "1"
    subject: str = "ccn"
    level: str = "hospital"
    estimated: bool = False

    def select(self) -> str:
        return (
            f"select '{self.level}' as level, {self.subject} as id, '{self.key}' as key, "
            f"cast({self.value} as varchar) as value, "
            f"{self.source if self.source.endswith('_source') else repr(self.source)} as source, "
            f"case when file is null then '' when file like '%,' then rtrim(file, ',') "
            f"else file || ' row ' || row_no end as source_ref, as_of, "
            f"cast({self.confidence} as double) as confidence, {self.estimated} as estimated "
            f"from {self.rows} where {self.value} is not null and {self.subject} is not null"
        )


def _general(cuts: Universe) -> list[Claim]:
    rows = "hospital join kind using (ccn)"
    return [
        Claim("hospital_type", "to_json(hospital_type)", "general", rows),
        Claim("ownership", "to_json(ownership)", "general", rows),
        Claim("stars", "to_json(stars)", "general", rows),
        Claim("critical_access", "to_json(critical_access)", "general", rows),
        Claim("programme", "to_json(programme)", "general", rows),
    ]


def _money(cuts: Universe) -> list[Claim]:
    trust = cuts.sources_of_beds
    return [
        Claim("beds", "to_json(beds)", "cost_report", "latest_beds", str(trust.cost_report)),
        Claim("beds", "to_json(beds)", "linkage", "linked", str(trust.linkage)),
        Claim("beds", "to_json(beds)", "hifld", "hifld_of", str(trust.hifld)),
        Claim("net_patient_revenue_usd", "to_json(cast(round(yearly_usd) as bigint))", "cost_report", "latest_revenue"),
        Claim(
            "net_patient_revenue_usd",
            "to_json(cast(round(net_patient_revenue_usd) as bigint))",
            "linkage",
            "linked",
            str(trust.linkage),
        ),
        Claim("total_margin", "to_json(round(total_margin, 4))", "cost_report", "margins"),
        Claim("margin_trend", "to_json(round(margin_trend, 4))", "cost_report", "margins"),
        Claim("fiscal_year_end", "to_json(strftime(ends, '%m-%d'))", "cost_report", "latest_year"),
        Claim("system", "to_json(system_name)", "linkage", "linked"),
        Claim("major_teaching", "to_json(major_teaching)", "linkage", "linked"),
        Claim(
            "deal_potential_usd",
            "to_json(cast(deal_potential_usd as bigint))",
            ESTIMATE,
            "(select *, cast(null as varchar) as file, null as row_no, cast(null as date) as as_of from finance)",
            ESTIMATED,
            estimated=True,
        ),
    ]


def _by_zip(table: str, values: str) -> str:
    """Rows of a ZIP table brought to each hospital."""
    return (
        f"(select h.ccn, z.* from hospital h join (select zip, {values}, min(file) as file, "
        f"min(row_no) as row_no, min(as_of) as as_of from {table} group by zip) z using (zip))"
    )


def _places() -> list[Claim]:
    point = "case when lat is not null then to_json([round(lat, 6), round(lon, 6)]) end"
    centroids = _by_zip("zip_centroid", "any_value(lat) as lat, any_value(lon) as lon")
    return [
        Claim("ruca", "to_json(ruca)", "ruca", _by_zip("ruca", "any_value(ruca) as ruca")),
        Claim("county_fips", "to_json(fips)", "zip_county", "county_of"),
        Claim("cbsa_rank", "to_json(cbsa_rank)", "cbsa_population", "cbsa_of"),
        Claim("metro_area", "to_json(cbsa_title)", "cbsa_county", "cbsa_of"),
        Claim("website", "to_json(domain)", "hifld", "hifld_of"),
        Claim("trauma", "to_json(trauma)", "hifld", "hifld_of"),
        Claim("point", point, "hifld", "hifld_of"),
        Claim("point", point, "zip_centroid", f"(select * from {centroids} anti join hifld_of f using (ccn))"),
    ]


def _systems() -> list[Claim]:
    """What the linkage says of a system, and what its hospitals add up to."""
    rows = (
        "(select system_id, max(system_name) as system_name, max(system_city) as system_city, "
        "max(system_state) as system_state, min(file) as file, min(row_no) as row_no, min(as_of) as as_of "
        "from linked where system_id is not null group by system_id)"
    )
    told = {"name": "system_name", "headquarters_state": "system_state", "headquarters_city": "system_city"}
    sums = (
        "(select u.*, 'sum of ' || hospitals || ' hospitals,' as file, hospitals as row_no, "
        "coalesce((select max(as_of) from report), (select max(as_of) from linked)) as as_of "
        "from unit u where not independent)"
    )
    rolled = {
        "beds": "beds",
        "hospitals": "hospitals",
        "states": "states",
        "net_patient_revenue_usd": "cast(round(net_patient_revenue_usd) as bigint)",
        "total_margin": "round(total_margin, 4)",
        "margin_trend": "round(margin_trend, 4)",
    }
    lines = [
        Claim(key, f"to_json({column})", "linkage", rows, subject="system_id", level="system")
        for key, column in told.items()
    ]
    lines += [
        Claim(key, f"to_json({value})", "rollup", sums, subject="unit_id", level="system")
        for key, value in rolled.items()
    ]
    lines.append(
        Claim(
            "ehr_vendor", "to_json(ehr_vendor)", "rollup", sums, "round(ehr_confidence, 3)", "unit_id", "system"
        )
    )  # fmt: skip
    potential = "to_json(cast(deal_potential_usd as bigint))"
    lines.append(Claim("deal_potential_usd", potential, ESTIMATE, sums, ESTIMATED, "unit_id", "system", True))
    return lines


def claims(columns: Columns, cuts: Universe) -> pa.Table:
    """All claims: level, id (CCN, or system id), key, value (JSON text), source, source_ref, as_of, confidence,
    estimated; ordered, one line for each (level, id, key, source)."""
    weighed = "(select *, source as ehr_source from ehr_weighed)"
    kinds = [
        *_general(cuts),
        *_money(cuts),
        *_places(),
        *_systems(),
        Claim("ehr_vendor", "to_json(vendor)", "ehr_source", weighed, "confidence"),
        Claim("peers", PEERS, "peers", PEER_ROWS, ESTIMATED, estimated=True),
        *(
            Claim(
                "breaches", "value", "breaches", f"(select * from breach where level = '{level}')",
                "likeness / 100", subject="id", level=level,
            )
            for level in ("hospital", "system")
        ),
    ]  # fmt: skip
    union = " union all ".join(kind.select() for kind in kinds)
    return columns.get(f"select * from ({union}) order by level, id, key, source")
