"""What the sheet of components shows: invented rows, every state at least once."""

from __future__ import annotations

from datetime import timedelta

from rounds.kit import clock
from rounds.models.listing.fields import Field, listing
from rounds.models.listing.grammar import Query, parse
from rounds.web.desk.places import GROUPS

HISTORY = [(5, 31), (6, 31), (7, 38), (8, 40), (9, 45), (10, 45), (11, 48)]
PEERS = [-3, -1.2, 0.2, 0.9, 1.1, 1.9, 2.0, 2.4, 3.3, 5.2, 6.0]


def rows() -> list[dict]:
    """Six buying units, clocks near and far."""
    now = clock.now()
    names = [
        ("Brackenfold Health System", "System of 9 · Harbor Falls, OR", 2148, 1, "A", 48, 58, 91, "warm", True, -1),
        ("Hollowell Prairie Health", "System of 11 · Coldwater Bend, MN", 1874, 1, "A", 84, 86, 93, "hot", False, 3),
        ("Calder University Health", "System of 7 · Fallow Creek, TX", 1655, 2, "B", 50, 59, 89, "cold", True, 30),
        ("Tidewrack Coastal Health", "System of 6 · Port Ardley, SC", 1212, 2, "B", 45, 56, 93, "cold", False, 60),
        ("Ironbark Ridge Medical", "Independent · Alder Gap, PA", 612, 3, "C", 22, 31, 59, "unqualified", False, 900),
        ("Quarrel Creek Hospital", "Independent · Marl, CO", 431, 0, None, None, None, None, None, False, None),
    ]
    keys = ("name", "place", "beds", "tier", "fit", "today", "low", "high", "band", "provisional")
    return [
        dict(zip(keys, row, strict=False))
        | {"id": n, "why": "Fit A, 47 of 75 known", "owner": "Ines Harrow" if n % 2 else None}
        | {"due": None if row[10] is None else now + timedelta(hours=row[10])}
        for n, row in enumerate(names, 1)
    ]


def why() -> list[dict]:
    """Two categories of a lead's score, one criterion unknown."""
    return [
        {"label": "Company", "points": 27, "max": 30, "lines": [
            {"label": "Size", "value": "612 beds", "points": 15, "max": 15},
            {"label": "Geography", "value": "Secondary metro", "points": 7, "max": 10},
            {"label": "Leadership", "value": "Major teaching", "points": 5, "max": 5}]},
        {"label": "Technology", "points": 17, "max": 25, "lines": [
            {"label": "EHR", "value": "Epic, 81\u2009% sure", "points": 12, "max": 12},
            {"label": "Infrastructure", "value": "Hybrid", "source": "M. Dunsany", "hint": "Said on 9 Nov",
             "points": 5, "max": 8},
            {"label": "Innovation", "points": None, "gain": 5, "ask": "?ask=innovation"}]},
    ]  # fmt: skip


def matrix() -> dict:
    """Counts of buying units by grade and tier."""
    counts = {"A": [96, 58, 149, 118], "B": [21, 49, 372, 401], "C": [0, 0, 120, 609], "D": [0, 0, 0, 417]}
    return {
        "columns": ["Tier 1", "Tier 2", "Tier 3", "None"],
        "rows": [
            {"grade": g, "cells": [{"value": n, "href": f"?fit={g}", "on": n == 96} for n in row]}
            for g, row in counts.items()
        ],
    }


def query() -> Query:
    """A list of buying units that was asked for 500 beds, Epic, and one of two states."""
    fields = (
        Field("beds", "Beds", "int", sortable=True),
        Field("ehr", "EHR", "choice", choices=lambda: [("Epic", "Epic"), ("Meditech", "Meditech")]),
        Field("state", "State", "choice", choices=lambda: [("NY", "New York"), ("NJ", "New Jersey")]),
        Field("name", "Name", "words", sortable=True),
    )
    asked = {"f": ["beds.gte.500", "ehr.is.Epic"], "or": ["state.is.NY,NJ~name.has.harbor"]}
    return parse(listing("unit", object, fields, opens_with=("-beds",)), asked)  # type: ignore[arg-type]


def context() -> dict:
    """Everything the template asks for."""
    now = clock.now()
    return {
        "place": "today",
        "rail": {
            "workspace": "Corvane", "waits": {"leads": 24, "tasks": 7}, "groups": [(label, [one for one in places if one.rail]) for label, places in GROUPS], "notices": {"url": "/notices/", "unread": 2},
            "favourites": [{"url": "/accounts/?view=1", "label": "Windows in 90 days, NE", "icon": "bookmark"}],
        },
        "user": {"pk": "u-1", "name": "Ines Harrow", "theme": "light", "single_keys": True},
        "clocks": {"ok": now + timedelta(days=3, minutes=5), "soon": now + timedelta(hours=2, minutes=5),
                   "late": now - timedelta(minutes=38)},
        "tabs": [{"name": "Overview", "url": "?", "current": True}, {"name": "Hospitals", "url": "?h", "count": 9}],
        "views": [{"name": "My team, open", "url": "?v=1", "count": 312, "current": True, "star": True},
                  {"name": "Clock running", "url": "?v=2", "count": 24}],
        "query": query(),
        "potential": "$612k",
        "answers": [("over_2", "Over 2\u2009%", 12), ("1_2", "1–2\u2009%", 8), ("under_1", "Under 1\u2009%", 3)],
        "timeline": [("0_3", "0–3 mo", 6), ("3_6", "3–6", 4), ("later", "Later", 1)],
        "sources": [("c1", "R. Sandoval-Wyck"), ("c2", "T. Kirrane")],
        "seg": [{"name": "Text", "url": "?t", "current": True}, {"name": "Form", "url": "?g"}],
        "matrix": matrix(), "rows": rows(), "why": why(),
        "history": {"points": [{"day": f"2026-{month:02}-01", "score": score} for month, score in HISTORY],
                    "cuts": [40, 60, 80]},
        "peers": {"unit": "%", "here": 4.1, "middle": 1.9, "values": PEERS},
    }  # fmt: skip
