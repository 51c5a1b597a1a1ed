"""What the imaginary files claim about the imaginary hospitals, line by line, so that every figure has a source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

from rounds.jobs.demo.hospitals import LINKAGE, LIST, REPORT
from rounds.playbook import Playbook

Row = dict[str, Any]
ESTIMATED = 0.5


def claims_of(book: Playbook, hospitals: list[Row], units: list[Row], random: Random, day: date) -> list[Row]:
    """Claim rows: level, id, key, value (JSON text), source, source_ref, as_of, confidence, estimated."""
    year = date(day.year - 1, 12, 31)
    rows = [claim for row in hospitals for claim in _of_hospital(book, row, random, year)]
    rows += [claim for row in units if not row["independent"] for claim in _of_system(row, year)]
    return rows + list(_peers(book, hospitals, year))


def _claim(level: str, key: str, subject: str, value: Any, source: str, ref: str, as_of: date, confidence: float = 1.0,
           estimated: bool = False) -> Row:  # fmt: skip
    return {"level": level, "id": subject, "key": key, "value": json.dumps(value), "source": source, "source_ref": ref,
            "as_of": as_of, "confidence": confidence, "estimated": estimated}  # fmt: skip


def _of_hospital(book: Playbook, row: Row, random: Random, year: date) -> Iterator[Row]:
    trust, number = book.universe.sources_of_beds, row["row_no"]
    said: list[tuple] = [
        ("hospital_type", row["hospital_type"], "general", LIST, 1.0),
        ("stars", row["stars"], "general", LIST, 1.0),
        ("programme", row["programme"], "general", LIST, 1.0),
        ("critical_access", row["critical_access"], "general", LIST, 1.0),
        ("beds", row["beds"], "cost_report", REPORT, trust.cost_report),
        ("net_patient_revenue_usd", row["net_patient_revenue_usd"], "cost_report", REPORT, 1.0),
        ("total_margin", _short(row["total_margin"]), "cost_report", REPORT, 1.0),
        ("margin_trend", _short(row["margin_trend"]), "cost_report", REPORT, 1.0),
        ("fiscal_year_end", f"{row['fye_month']:02}-{row['fye_day']:02}" if row["fye_month"] else None, "cost_report",
         REPORT, 1.0),
        ("system", row["system_name"], "linkage", LINKAGE, 1.0),
        ("major_teaching", row["major_teaching"] if row["teaching_known"] else None, "linkage", LINKAGE, 1.0),
        ("ruca", row["ruca"], "ruca", "synthetic rural-urban codes", 1.0),
        ("cbsa_rank", row["cbsa_rank"], "cbsa_population", "synthetic metro areas", 1.0),
        ("point", [row["lat"], row["lon"]], "hifld", "synthetic hospital map", 1.0),
        ("website", row["domain"], "hifld", "synthetic hospital map", 1.0),
        ("ehr_vendor", row["ehr_vendor"], row["ehr_source"], "synthetic certified EHR list", row["ehr_confidence"]),
    ]  # fmt: skip
    if row["beds"] and random.random() < 0.9:  # a second source, which one hospital in twelve contradicts
        other = row["beds"] if random.random() < 0.92 else round(row["beds"] * random.uniform(0.75, 1.3))
        said.append(("beds", other, "linkage", LINKAGE, trust.linkage))
    for key, value, source, file, confidence in said:
        if value is not None and source is not None:
            yield _claim("hospital", key, row["ccn"], value, source, f"{file} row {number}", year, confidence)
    if row["deal_potential_usd"]:
        yield _claim("hospital", "deal_potential_usd", row["ccn"], row["deal_potential_usd"], "estimate", "", year,
                     ESTIMATED, True)  # fmt: skip


def _of_system(row: Row, year: date) -> Iterator[Row]:
    house, ref = row["house"], f"sum of {row['hospitals']} hospitals"
    line = f"{LINKAGE} row {row['row_no']}"
    for key, value in (("name", house["name"]), ("headquarters_state", house["state"]), ("headquarters_city", house["town"])):
        yield _claim("system", key, row["unit_id"], value, "linkage", line, year)
    rolled = {"beds": row["beds"], "hospitals": row["hospitals"], "states": row["states"],
              "net_patient_revenue_usd": row["net_patient_revenue_usd"], "total_margin": _short(row["total_margin"]),
              "margin_trend": _short(row["margin_trend"])}  # fmt: skip
    for key, value in rolled.items():
        if value is not None:
            yield _claim("system", key, row["unit_id"], value, "rollup", ref, year)
    if row["ehr_vendor"]:
        yield _claim("system", "ehr_vendor", row["unit_id"], row["ehr_vendor"], "rollup", ref, year,
                     round(row["ehr_confidence"], 3))  # fmt: skip
    if row["deal_potential_usd"]:
        yield _claim("system", "deal_potential_usd", row["unit_id"], row["deal_potential_usd"], "estimate", ref, year,
                     ESTIMATED, True)  # fmt: skip


def _peers(book: Playbook, hospitals: list[Row], year: date) -> Iterator[Row]:
    """Each hospital beside its nearest peers, by the same reading as the real universe (PLUS-11)."""
    import pyarrow as pa

    from rounds.rules.universe.peers import against_peers

    names = ("ccn", "hospital_type", "beds", "ruca", "major_teaching", "total_margin")
    table = pa.table({name: [row[name] for row in hospitals] for name in names})
    for found in against_peers(table, book.universe.peers).to_pylist():
        if found["peer_count"]:
            value = {"count": found["peer_count"], "margin": _short(found["peer_margin"]), "beds": found["peer_beds"],
                     "difference": _short(found["margin_vs_peers"]), "ccns": found["peers"]}  # fmt: skip
            ref = f"cost reports of its {found['peer_count']} nearest"
            yield _claim("hospital", "peers", found["ccn"], value, "peers", ref, year, ESTIMATED, True)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
