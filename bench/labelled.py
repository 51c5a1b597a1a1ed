"""Records whose duplicates are known: hospitals of six public files joined by their certification number, and invented
organisations and people written twice the way people write."""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Labelled = list[tuple[dict[str, Any], str]]
"""(record, label): two records are one exactly when their labels are equal."""

BRANDS = ["Harbour", "Summit", "Cedar", "River", "Granite", "Prairie", "Lakeside", "Maple", "Union", "Valley", "Mercy",
          "Trinity", "Beacon", "Willow", "St. Mary's", "St. Luke's", "Saint Joseph", "Good Samaritan", "Bon Secours", "Grace"]  # fmt: skip
SYLLABLES = ("bel", "cor", "dan", "ell", "far", "gil", "hav", "lin", "mar", "nor", "pet", "ros", "san", "tor", "ver", "wes")
TOWNS = [f"{a}{b}{c}".title() for a in SYLLABLES for b in SYLLABLES for c in ("ton", "ville", "field", "burg")]
KINDS = ["Hospital", "Medical Center", "Regional Medical Center", "Memorial Hospital", "Community Hospital", "Health System"]
STREETS = ["Main Street", "Oak Avenue", "Hospital Drive", "Park Road", "North Fifth Street", "Medical Plaza", "River Boulevard"]
STATES = ("NY", "PA", "OH", "TX", "CA", "FL", "GA", "WA", "IL", "MI", "NC", "VA", "TN", "MO", "WI", "MN", "CO", "AZ", "IN", "MA", "AL", "LA", "KY", "OR", "IA")
SHORT = {"Hospital": "Hosp", "Medical Center": "Med Ctr", "Regional": "Regl", "Memorial": "Mem", "Community": "Comm", "St.": "Saint", "Saint": "St"}
FIRST = ["Robert", "William", "Elizabeth", "Katherine", "Michael", "Susan", "David", "Deborah", "James", "Jennifer", "Anna", "Priya", "Wei", "Luis", "Grace", "Omar"]
SAID = {"Robert": "Bob", "William": "Bill", "Elizabeth": "Liz", "Katherine": "Kate", "Michael": "Mike", "Susan": "Sue", "David": "Dave", "Deborah": "Deb", "James": "Jim", "Jennifer": "Jen"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def organizations(count: int, seed: int = 11) -> Labelled:
    """`count` invented hospitals: some written two or three times, chains with a house in many towns, and two campuses
    of one name in one town, which are two."""
    dice, made = random.Random(seed), Labelled()
    while len(made) < count:
        number, state, town = len(made), dice.choice(STATES), dice.choice(TOWNS)
        record = {"name": f"{dice.choice(BRANDS)} {town if dice.random() < 0.7 else dice.choice(TOWNS[:300])} {dice.choice(KINDS)}".replace("  ", " "),
                  "city": town, "state": state, "zip": f"{dice.randrange(10000, 99999)}", "phone": _phone(dice),
                  "address": f"{dice.randrange(1, 9000)} {dice.choice(STREETS)}", "domain": ""}  # fmt: skip
        made.append((record, f"o{number}"))
        if dice.random() < 0.1:
            side = {**record, "phone": _phone(dice), "address": f"{dice.randrange(1, 9000)} {dice.choice(STREETS)}"}
            made.append(({**side, "name": record["name"] + " " + dice.choice(["North", "West Campus", "Rehabilitation"])}, f"s{number}"))
        for _ in range(dice.choice((0, 0, 0, 1, 1, 2))):
            made.append((_written_again(record, dice), f"o{number}"))
    return made[:count]


def _phone(dice: random.Random) -> str:
    return f"({dice.randrange(201, 989)}) {dice.randrange(200, 999)}-{dice.randrange(1000, 9999)}"


def _written_again(record: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The same hospital, as another person or file has it."""
    name = record["name"]
    for long, short in SHORT.items():
        if dice.random() < 0.35:
            name = name.replace(long, short, 1)
    if dice.random() < 0.25:
        name = _slip(name, dice)
    if dice.random() < 0.15:
        name = dice.choice(("The {}", "{}, Inc.", "{} LLC")).format(name)
    record = {**record, "address": record["address"].replace("Street", "St").replace("Avenue", "Ave")}
    forgotten = dice.sample(("phone", "zip", "address", "city"), dice.choice((0, 1, 2)))
    return {**record, "name": name.upper() if dice.random() < 0.3 else name} | dict.fromkeys(forgotten, "")


def _slip(said: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(said) - 1)
    return dice.choice((said[:at] + said[at + 1 :], said[:at] + dice.choice(LETTERS) + said[at + 1 :], said[:at] + said[at] + said[at:]))


def people(count: int, seed: int = 12) -> Labelled:
    """`count` invented people at hospitals: several namesakes in other houses for everybody, colleagues with one last name,
    some written twice."""
    dice, made = random.Random(seed), Labelled()
    while len(made) < count:
        number, place = len(made), dice.randrange(count // 6 + 1)
        first, last = dice.choice(FIRST), dice.choice(TOWNS).removesuffix("ville")
        house = f"{TOWNS[place % len(TOWNS)]} {KINDS[place % len(KINDS)]}"
        record = {"name": f"{first} {last}", "email": f"{first}.{last}{number}@house{place}.example".lower(), "phone": _phone(dice),
                  "organization": house, "domain": f"house{place}.example", "state": STATES[place % len(STATES)], "account": str(place)}  # fmt: skip
        made.append((record, f"p{number}"))
        if dice.random() < 0.3:
            again = {**record, "name": dice.choice((f"{SAID.get(first, first)} {last}", f"{last.upper()} {first.upper()}", _slip(record["name"], dice)))}
            hides = dice.choice(("email", "phone", "account"))
            made.append(({**again, hides: ""}, f"p{number}"))
    return made[:count]


def hospitals(folder: Path) -> Labelled:
    """The hospitals of the public files under `folder`, labelled by certification number, which no record shows."""
    found = Labelled()
    found += _of(folder / "hospitals/cms_hospital_general_information_2026.csv", "Facility ID", "Facility Name", "City/Town", "State", "ZIP Code", "Address", "Telephone Number")
    found += _of(folder / "hospitals/cms_hospital_general_information_2020_meaningful_use.csv", "Facility ID", "Facility Name", "City", "State", "ZIP Code", "Address", "Phone Number")
    for year in ("2022", "2023"):
        found += _of(folder / f"finance_beds/CostReport_{year}_Final.csv", "Provider CCN", "Hospital Name", "City", "State Code", "Zip Code", "Street Address")
    return found + list(_hifld(folder))


def _read(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        yield from csv.DictReader(lines)


def _of(file: Path, label: str, *columns: str) -> Iterable[tuple[dict[str, Any], str]]:
    fields = ("name", "city", "state", "zip", "address", "phone")
    once: dict[str, dict[str, Any]] = {}
    for row in _read(file):
        once.setdefault(row[label].zfill(6), {field: row[column] for field, column in zip(fields, columns, strict=False)})
    return [(record, ccn) for ccn, record in once.items()]


def _hifld(folder: Path) -> Iterator[tuple[dict[str, Any], str]]:
    ccn = {row["HIFLD-ID"].lstrip("0"): row["HCRIS-ID"].zfill(6)
           for row in _read(folder / "finance_beds/covidcaremap_id_crosswalk_20200407.csv") if row["HCRIS-ID"] and row["HIFLD-ID"]}  # fmt: skip
    for row in _read(folder / "hospitals/hifld_hospitals_2020.csv"):
        label = ccn.get(row["ID"].lstrip("0"))
        if label and row["STATUS"] == "OPEN":
            told = {"name": row["NAME"], "city": row["CITY"], "state": row["STATE"], "zip": row["ZIP"], "address": row["ADDRESS"]}
            yield {**told, "phone": row["TELEPHONE"].replace("NOT AVAILABLE", ""), "domain": row["WEBSITE"].replace("NOT AVAILABLE", "")}, label


def curve(found: Iterable[tuple[int, int, int]], labels: list[str], floors: Iterable[int]) -> dict[int, tuple[float, float]]:
    """Floor → (precision, recall) of the pairs (one, other, points) against the labels."""
    whole = sum(n * (n - 1) // 2 for n in Counter(labels).values())
    told = [(points, labels[one] == labels[other]) for one, other, points in found]
    answer = {}
    for floor in floors:
        right = [true for points, true in told if points >= floor]
        answer[floor] = (sum(right) / max(len(right), 1), sum(right) / max(whole, 1))
    return answer
