"""The whole join: clean tables of public files → hospitals, systems, buying units and claims. No clock, no disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from .breaches import match_breaches
from .claims import claims
from .columns import Columns
from .ehr import add_ehr
from .hospitals import add_programme, assemble, take_hospitals
from .money import add_money
from .peers import against_peers
from .places import add_places
from .units import add_units

if TYPE_CHECKING:
    import pyarrow as pa

    from rounds.playbook.shapes.words import Ehr, Universe

FILLS = {
    "beds": "beds",
    "net_patient_revenue": "net_patient_revenue_usd",
    "total_margin": "total_margin",
    "health_system": "system_id",
    "web_site": "domain",
    "ehr": "ehr_vendor",
    "ruca": "ruca",
    "county": "fips",
    "fiscal_year_end": "fye_month",
    "stars": "stars",
    "point": "lat",
}
"""What the report counts as filled → the column that must not be null."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The universe as columns.

    hospitals  one row a CCN of the newest general file, ordered by CCN
    systems    one row a health system with a hospital in that file
    units      one row a buying unit: systems and independent hospitals (federal ones among them)
    claims     one row a (level, id, key, source)
    fill       {what: {"all": share, "core": share}}, 0–1
    ehr_vendor {vendor: core hospitals}
    """

    hospitals: pa.Table
    systems: pa.Table
    units: pa.Table
    claims: pa.Table
    fill: dict[str, dict[str, float]]
    ehr_vendor: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """`hospitals`, `systems`, `buying_units` (federal hospitals buy through their agency and are not units of
        the programme), `independents`."""
        import pyarrow.compute as pc

        ours = self.units.filter(pc.not_equal(self.units["programme"], "federal"))
        alone = pc.sum(ours["independent"]).as_py() or 0
        return {
            "hospitals": self.hospitals.num_rows,
            "systems": self.systems.num_rows,
            "buying_units": ours.num_rows,
            "independents": alone,
        }


def join(tables: Mapping[str, pa.Table], cuts: Universe, ehr: Ehr, *, at: date, place: str = "headquarters") -> Joined:
    """Join the clean tables (`Survey.tables()`: one a key, empty where a file lacks).

    `cuts` and `ehr` are the playbook's; `at` is the day of the load, which bounds the age of breaches; `place`
    the reading of a unit's state. Same tables and day, same answer, row for row.
    """
    with Columns(tables) as columns:
        take_hospitals(columns)
        add_places(columns, cuts)
        add_money(columns, cuts)
        add_programme(columns, cuts)
        add_ehr(columns, cuts, ehr)
        assemble(columns)
        columns.put("peer", against_peers(columns.get("select * from joined order by ccn"), cuts.peers))
        columns.put("breach", match_breaches(columns, cuts.breaches, at))
        add_units(columns, cuts, place=place)
        hospitals = columns.get(
            """
            select j.*, p.* exclude (ccn), b.breaches, b.last_breach
            from joined j left join peer p using (ccn)
            left join breach b on b.id = j.ccn and b.level = 'hospital' order by j.ccn
            """
        )
        units = columns.get(
            """
            select u.*, b.breaches, b.last_breach from unit u
            left join breach b on b.id = u.unit_id
                and b.level = if(u.independent, 'hospital', 'system') order by u.unit_id
            """
        )
        columns.put("unit_row", units)
        systems = columns.get("select * from unit_row where not independent order by unit_id")
        return Joined(hospitals, systems, units, claims(columns, cuts), *_measured(columns))


def _measured(columns: Columns) -> tuple[dict[str, dict[str, float]], dict[str, int]]:
    """How full each column is, of all hospitals and of the core ones; and the mix of EHR vendors in the core."""
    asked = ", ".join(
        f"avg(if({column} is not null, 1, 0)), avg(if({column} is not null, 1, 0)) filter (programme = 'core')"
        for column in FILLS.values()
    )
    row: tuple[Any, ...] = columns.rows(f"select {asked} from joined")[0]
    fill = {
        what: {"all": round(row[2 * place] or 0, 4), "core": round(row[2 * place + 1] or 0, 4)}
        for place, what in enumerate(FILLS)
    }
    mix = columns.rows(
        "select ehr_vendor, count(*) as n from joined where ehr_vendor is not null and programme = 'core' "
        "group by ehr_vendor order by n desc, ehr_vendor"
    )
    return fill, dict(mix)
