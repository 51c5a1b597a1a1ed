"""Hospitals that never were, in the mixes of those that are.

Sizes, programmes, vendors, fiscal years and rurality follow the shares measured on the public files; every name,
number and address is drawn from a seeded source. Confidences, classes and estimates come from the playbook.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from random import Random
from typing import Any

from rounds.jobs.demo.names import Names, domain
from rounds.playbook import Playbook
from rounds.rules import budget

TYPES = {
    "critical": "Critical Access Hospitals", "psychiatric": "Psychiatric", "childrens": "Childrens",
    "long_term": "Long-term", "federal": "Acute Care - Veterans Administration",
}  # fmt: skip
ACUTE = "Acute Care Hospitals"
VENDORS = {  # share of known core hospitals by how large they are
    "large": (("Epic", 62), ("Oracle Health", 24), ("MEDITECH", 8), ("Altera Digital Health", 6)),
    "middle": (("Epic", 44), ("Oracle Health", 29), ("MEDITECH", 20), ("MEDHOST", 5), ("Altera Digital Health", 2)),
    "small": (("Epic", 26), ("Oracle Health", 27), ("MEDITECH", 20), ("TruBridge", 17), ("MEDHOST", 8), ("Azalea Health", 2)),
}  # fmt: skip
SILENT = {"system": 0.14, "large": 0.30, "middle": 0.26, "small": 0.07}
"""The share of hospitals whose vendor no file names: in a system, or alone by size. Larger houses publish their
endpoints through partners; so what is known of a hospital does not follow how well it fits (PLUS-12)."""
TAUGHT = {"large": 0.90, "middle": 0.88, "small": 0.96}
"""The share of hospitals of a size whose teaching the linkage knows."""
YEAR_ENDS = ((12, 42), (6, 32), (9, 16), (3, 5), (8, 2), (4, 1), (10, 2))
REPORT = "synthetic cost report FY2025"
LIST = "synthetic hospital list"
LINKAGE = "synthetic system linkage"


@dataclass(frozen=True, slots=True)
class Place:
    state: str
    lat: float
    lon: float
    high: float
    wide: float
    people: float


@cache
def places() -> dict[str, Place]:
    """State → an inner point, how far towns may lie from it (degrees), and its people in millions."""
    text = resources.files(__package__).joinpath("places.csv").read_text()
    return {row["state"]: Place(row["state"], *(float(row[name]) for name in ("lat", "lon", "high", "wide", "people")))
            for row in csv.DictReader(text.splitlines())}  # fmt: skip


class Drawer:
    """Draws hospital rows, in the columns the universe's actions take (see `wanted_accounts`)."""

    def __init__(self, book: Playbook, random: Random, day: date) -> None:
        self.book, self.random, self.day, self.names = book, random, day, Names(random)
        self.count = 0
        self.trust = {source.source: source.confidence for source in book.universe.ehr_sources.order}
        self.soon = budget.months_in(book, "soon", day)

    def state(self) -> str:
        every = list(places().values())
        return self.random.choices([p.state for p in every], [p.people for p in every])[0]

    def pick(self, weighed: tuple[tuple[Any, int], ...]) -> Any:
        return self.random.choices([value for value, _ in weighed], [weight for _, weight in weighed])[0]

    def hospital(self, *, state: str, kind: str | None = None, system: dict[str, Any] | None = None,
                 beds: int | None = None) -> dict[str, Any]:  # fmt: skip
        """One hospital row. Within a `system` (name, id, vendor, domain, year end) it mostly follows its house."""
        random, self.count = self.random, self.count + 1
        kind = kind or self.kind(state, alone=system is None)
        beds = beds or self.beds(kind)
        town = self.names.town()
        size = "large" if beds >= 400 else "middle" if beds >= 120 else "small"
        name = self.names.hospital(town, kind if kind != "acute" else size)
        rural = beds < 120 and random.random() < (0.75 if kind == "critical" else 0.35)
        row: dict[str, Any] = {
            "ccn": f"Z{self.count:05}", "row_no": self.count + 1, "name": name, "city": town, "state": state,
            "address": f"{random.randint(1, 980)} {random.choice(('Clinic', 'Mill', 'Orchard', 'Station'))} Street",
            "zip": f"{random.randint(0, 999):03}00", "county": f"{self.names.random.choice(('North', 'Upper', 'East'))} {town}",
            "phone": f"(555) 01{random.randint(0, 9)}-{random.randint(0, 9999):04}",
            "hospital_type": TYPES.get(kind, ACUTE), "kind": kind,
            "domain": system["domain"] if system else domain(name),
            "system_id": system["id"] if system else None, "system_name": system["name"] if system else None,
            "ruca": random.choice((4, 7, 10)) if rural else random.choice((1, 1, 1, 2)),
            "stars": self.pick(((None, 40), (1, 4), (2, 12), (3, 18), (4, 18), (5, 8))),
        }  # fmt: skip
        row["unit_id"] = row["system_id"] or row["ccn"]
        self._place(row, rural)
        self._organisation(row, size)
        self._money(row, beds)
        self._ehr(row, size, system)
        self._year_end(row, system)
        return row

    def kind(self, state: str, alone: bool) -> str:
        if alone:
            shares = (("acute", 38), ("critical", 38), ("psychiatric", 11), ("federal", 4), ("long_term", 7), ("childrens", 2))
        else:
            shares = (("acute", 76), ("critical", 17), ("psychiatric", 4), ("long_term", 2), ("childrens", 1))
        return self.pick(shares)

    def beds(self, kind: str) -> int:
        if kind == "critical":
            return self.random.randint(8, 25)
        middle, spread, most = {"acute": (110, 0.8, 1150), "federal": (140, 0.6, 600), "childrens": (210, 0.5, 500)}.get(
            kind, (60, 0.5, 240))  # fmt: skip
        return max(26, min(most, round(middle * self.random.lognormvariate(0, spread))))

    def _place(self, row: dict[str, Any], rural: bool) -> None:
        place = places()[row["state"]]
        row["lat"] = round(place.lat + self.random.uniform(-0.8, 0.8) * place.high, 6)
        row["lon"] = round(place.lon + self.random.uniform(-0.8, 0.8) * place.wide, 6)
        top = self.book.universe.metro.top
        row["cbsa_rank"] = None if rural else self.random.randint(1, top) if self.random.random() < 0.36 else (
            self.random.randint(top + 1, 380))  # fmt: skip
        row["metro"] = row["cbsa_rank"] is not None and row["cbsa_rank"] <= top

    def _organisation(self, row: dict[str, Any], size: str) -> None:
        rule, kind = self.book.universe.organisation, row["kind"]
        teaches = kind in ("acute", "federal", "childrens") and size == "large" and self.random.random() < 0.55
        found = rule.by_type.get(row["hospital_type"], rule.default)
        row["major_teaching"], row["teaching_known"] = teaches, self.random.random() < TAUGHT[size]
        row["teaching"] = "major" if teaches else "minor" if size != "small" and self.random.random() < 0.4 else "none"
        row["org_type"] = rule.major_teaching.org_type if teaches else found.org_type or rule.default.org_type
        row["subtype"] = rule.major_teaching.subtype if teaches else found.subtype or rule.default.subtype
        row["critical_access"] = kind == "critical"
        row["programme"] = {"acute": "core", "critical": "core", "psychiatric": "psychiatric", "federal": "federal"}.get(
            kind, "other")  # fmt: skip

    def _money(self, row: dict[str, Any], beds: int) -> None:
        random, cuts = self.random, self.book.universe
        known = row["programme"] != "federal" and random.random() < 0.97
        row["beds"] = beds if known or random.random() < 0.6 else None
        revenue = round(beds * 1_150_000 * random.lognormvariate(0, 0.35), -3)
        row["net_patient_revenue_usd"] = revenue if known else None
        margin = random.gauss(0.02 if beds >= 120 else -0.005, 0.075)
        low, high = cuts.margin.winsorise.low, cuts.margin.winsorise.high
        row["total_margin"] = min(max(margin, low), high) if known and random.random() < 0.97 else None
        row["margin_trend"] = random.gauss(0.002, 0.02) if row["total_margin"] is not None else None
        row["deal_potential_usd"] = potential(self.book, row["beds"])

    def _ehr(self, row: dict[str, Any], size: str, system: dict[str, Any] | None) -> None:
        random = self.random
        row["ehr"] = row["ehr_vendor"] = row["ehr_class"] = row["ehr_source"] = row["ehr_confidence"] = None
        if (row["programme"] not in ("core", "federal") and random.random() < 0.7) or random.random() < SILENT["system" if system else size]:
            return
        if system and system["vendor"] and random.random() < 0.86:
            vendor = system["vendor"]
        else:
            vendor = "VistA" if row["programme"] == "federal" else self.pick(VENDORS[size])
        source = random.choices(list(self.trust), [46, 20, 4, 16, 8, 6][: len(self.trust)])[0]
        say = self.book.ehr.vendors[vendor]
        row.update(ehr_vendor=vendor, ehr=say.picklist, ehr_class=say.class_, ehr_source=source,
                   ehr_confidence=self.trust[source])  # fmt: skip

    def _year_end(self, row: dict[str, Any], system: dict[str, Any] | None) -> None:
        month = system["fye_month"] if system and self.random.random() < 0.93 else self.pick(YEAR_ENDS)
        known = self.random.random() < 0.976
        row["fye_month"] = month if known else None
        row["fye_day"] = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31) if known else None


def potential(book: Playbook, beds: int | None) -> int | None:
    """The estimated deal potential of so many beds in dollars (PLUS-07): the playbook's dollars a bed."""
    if not beds:
        return None
    steps = book.universe.deal_potential.per_bed
    return beds * next(s.usd_per_bed for s in steps if s.at_least is None or beds >= s.at_least)
