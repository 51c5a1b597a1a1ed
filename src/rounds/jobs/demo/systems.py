"""Health systems that never were: their hospitals, and the sums that make a buying unit."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from rounds.jobs.demo.hospitals import VENDORS, YEAR_ENDS, Drawer, places, potential
from rounds.jobs.demo.names import domain
from rounds.jobs.demo.size import Size
from rounds.rules.routing.territory import territory

Row = dict[str, Any]
STORY = "Northeast"
"""The territory of the demo's first story: its large Epic systems are about to ask for next year's money."""


def draw_market(drawer: Drawer, size: Size) -> tuple[list[Row], list[Row]]:
    """(hospital rows, unit rows) of a market: systems with their hospitals, then independents."""
    hospitals: list[Row] = []
    for position in range(size.systems):
        hospitals += _system(drawer, position, size.systems)
    for _ in range(size.independents):
        hospitals.append(drawer.hospital(state=drawer.state()))
    return hospitals, units_of(drawer, hospitals)


def _system(drawer: Drawer, position: int, of: int) -> list[Row]:
    random = drawer.random
    story = position < max(3, of // 12)
    home = random.choices(*_people_of(drawer, STORY))[0] if story else drawer.state()
    members = random.randint(4, 9) if story else _members(random, position / of)
    town = drawer.names.town()
    name = drawer.names.system(town)
    house: Row = {
        "id": f"DEMO-{position + 1:04}", "name": name, "town": town, "state": home, "domain": domain(name),
        "vendor": "Epic" if story else drawer.pick(VENDORS["large" if members > 8 else "middle"]),
        "fye_month": random.choice(drawer.soon or [6]) if story else drawer.pick(YEAR_ENDS),
    }  # fmt: skip
    flagship = random.randint(420, 980) if story else max(drawer.beds("acute"), drawer.beds("acute"))
    rows = [drawer.hospital(state=home, kind="acute", system=house, beds=flagship)]
    near = [home] * 6 + _neighbours(home)
    rows += [drawer.hospital(state=random.choice(near), system=house) for _ in range(members - 1)]
    for row in rows:
        row["house"] = house
    if story:  # what the story is about is known for certain
        say = drawer.book.ehr.vendors["Epic"]
        source, trust = max(drawer.trust.items(), key=lambda pair: pair[1])
        rows[0].update(ehr_vendor="Epic", ehr=say.picklist, ehr_class=say.class_, ehr_source=source, ehr_confidence=trust,
                       fye_month=house["fye_month"], fye_day=28)  # fmt: skip
    return rows


def _members(random: Random, rank: float) -> int:
    """How many hospitals: a few giants, many small houses."""
    if rank > 0.96:
        return random.randint(34, 52)
    if rank > 0.85:
        return random.randint(14, 26)
    if rank > 0.60:
        return random.randint(5, 12)
    return random.randint(2, 5)


def _people_of(drawer: Drawer, name: str) -> tuple[list[str], list[float]]:
    inside = [p for p in places().values() if territory(drawer.book, p.state).territory == name]
    return [p.state for p in inside], [p.people for p in inside]


def _neighbours(state: str) -> list[str]:
    """The two states whose inner points lie nearest."""
    here = places()[state]
    far = sorted((p for p in places().values() if p.state != state),
                 key=lambda p: (p.lat - here.lat) ** 2 + (p.lon - here.lon) ** 2)  # fmt: skip
    return [p.state for p in far[:2]]


def units_of(drawer: Drawer, hospitals: list[Row]) -> list[Row]:
    """One row a buying unit, rolled up as `rules.universe.units` does: sums, margin by revenue, EHR by beds."""
    groups: dict[str, list[Row]] = {}
    for row in hospitals:
        groups.setdefault(row["unit_id"], []).append(row)
    return [_rolled(drawer, unit, rows) for unit, rows in groups.items()]


def _rolled(drawer: Drawer, unit: str, rows: list[Row]) -> Row:
    flagship = max(rows, key=lambda r: (r["programme"] == "core", r["beds"] or 0))
    house = flagship.get("house")
    beds = sum(r["beds"] or 0 for r in rows) or None
    earning = [r for r in rows if r["net_patient_revenue_usd"]]
    weighed = [r for r in earning if r["total_margin"] is not None]
    weight = sum(r["net_patient_revenue_usd"] for r in weighed)

    def mean(name: str) -> float | None:
        return sum(r[name] * r["net_patient_revenue_usd"] for r in weighed) / weight if weight else None

    return {
        **flagship, "unit_id": unit, "independent": house is None, "hospitals": len(rows), "beds": beds,
        "name": house["name"] if house else flagship["name"], "state": house["state"] if house else flagship["state"],
        "city": house["town"] if house else flagship["city"], "states": len({r["state"] for r in rows}),
        "net_patient_revenue_usd": sum(r["net_patient_revenue_usd"] for r in earning) or None,
        "total_margin": mean("total_margin"), "margin_trend": mean("margin_trend"),
        "major_teaching": any(r["major_teaching"] for r in rows),
        "critical_access": all(r["critical_access"] for r in rows),
        "deal_potential_usd": potential(drawer.book, beds), **_vendor(drawer, rows),
    }  # fmt: skip


def _vendor(drawer: Drawer, rows: list[Row]) -> Row:
    """The vendor with most beds; its confidence scaled by its share of the beds whose vendor is known."""
    beds: Counter[str] = Counter()
    trust: Counter[str] = Counter()
    for row in rows:
        if row["ehr_vendor"]:
            beds[row["ehr_vendor"]] += row["beds"] or 1
            trust[row["ehr_vendor"]] += (row["beds"] or 1) * row["ehr_confidence"]
    if not beds:
        return {"ehr": None, "ehr_vendor": None, "ehr_class": None, "ehr_confidence": None}
    (vendor, most), = beds.most_common(1)
    say = drawer.book.ehr.vendors[vendor]
    sure = trust[vendor] / most * most / sum(beds.values())
    return {"ehr": say.picklist, "ehr_vendor": vendor, "ehr_class": say.class_, "ehr_confidence": sure}
