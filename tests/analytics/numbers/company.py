"""A made-up company in the tables of the metrics: the same rows for every database, from a seed."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any

from rounds.analytics.metrics.tables import BY_NAME, TABLES

START, END = datetime(2025, 6, 1), datetime(2026, 11, 30, 12)
STAGES = [f"O{n}" for n in range(1, 9)]
KINDS = ["call", "call_attempt", "personal_email", "visit", "demo_attendance", "stakeholder_meeting", "email_open", "website_visit", "content_download"]
PEOPLE = [f"rep{n}" for n in range(6)]
PLACES_MET = ["", "Albany", "Boston"]
UNITS = [f"unit{n}" for n in range(30)]

Rows = dict[str, list[dict[str, Any]]]


def made(seed: int = 7, deals: int = 120) -> Rows:
    """Every table with rows that hang together: deals with histories, leads with answers, customers with readings."""
    rng = random.Random(seed)
    rows: Rows = {table.name: [] for table in TABLES}
    _accounts(rng, rows)
    _leads(rng, rows, 2 * deals)
    for number in range(deals):
        _deal(rng, rows, number)
    _customers(rng, rows)
    _others(rng, rows)
    _reach(rng, rows)
    return rows


def moment(rng: random.Random, start: datetime = START, end: datetime = END) -> datetime:
    return start + timedelta(seconds=rng.randrange(max(1, int((end - start).total_seconds()))), microseconds=rng.randrange(10**6))


def whole(table: str, **said: Any) -> dict[str, Any]:
    """A row with every column: what is not said is unknown."""
    empty = {"string": "", "boolean": False}
    return {name: said.get(name, empty.get(kind)) for name, kind in BY_NAME[table].columns.items()}


def place(rng: random.Random) -> dict[str, Any]:
    return {"owner_id": rng.choice([*PEOPLE, ""]), "team_id": rng.choice(["east", "west", ""]), "territory": rng.choice(["Northeast", "West", ""]),
            "buying_unit_id": rng.choice(UNITS), "segment": rng.choice(["enterprise", "growth", ""]), "tier": rng.choice([1, 2, 3, 0, None])}  # fmt: skip


def _accounts(rng: random.Random, rows: Rows) -> None:
    for unit in UNITS:
        said = place(rng) | {"buying_unit_id": unit}
        rows["accounts"].append(whole("accounts", id=unit, is_unit=True, level="system", beds=rng.randrange(1000), created_at=START, **said))
        rows["accounts"].append(whole("accounts", id=f"{unit}-a", is_unit=False, level="hospital", parent_id=unit, created_at=moment(rng), **said))


def _leads(rng: random.Random, rows: Rows, many: int) -> None:
    for number in range(many):
        key, here, captured = f"lead{number}", place(rng), moment(rng)
        status = rng.choice(["New", "Qualified", "Disqualified", "Converted", "Recycled"])
        rows["leads"].append(whole("leads", id=key, account_id=rng.choice(UNITS), source=rng.choice(["Event", "Web form", ""]),
                                   band=rng.choice(["hot", "warm", "cold", "unqualified"]), playbook=str(number % 3), status=status, score=rng.randrange(101), captured_at=captured, **here))  # fmt: skip
        if status != "New":
            rows["lead_statuses"].append(whole("lead_statuses", id=f"s{number}", lead_id=key, was="New", now=status, known_at=moment(rng, captured)))
        for act in range(rng.randrange(4)):
            when = moment(rng, captured - timedelta(days=3), captured + timedelta(days=30))
            rows["activities"].append(whole("activities", id=f"a{number}-{act}", lead_id=key, account_id=rng.choice(UNITS), kind=rng.choice(KINDS),
                                            direction=rng.choice(["in", "out"]), human=rng.random() < 0.8, by_id=rng.choice([*PEOPLE, ""]),
                                            happened_at=when, known_at=when + timedelta(days=rng.randrange(9)), **here))  # fmt: skip


def _deal(rng: random.Random, rows: Rows, number: int) -> None:
    key, here, opened = f"deal{number}", place(rng), moment(rng, START, END - timedelta(days=40))
    lead = rows["leads"][number]
    when, stage, outcome = opened, 0, "open"
    last = rng.randrange(1, 10)
    rows["stage_changes"].append(_entry(key, 0, "", STAGES[0], rng.choice(["opened", "opened", "imported"]), when))
    while stage < min(last, 7):
        when += timedelta(seconds=rng.randrange(1, 40 * 86_400))
        stage += rng.choice([1, 1, 1, 2])
        stage = min(stage, 7)
        rows["stage_changes"].append(_entry(key, stage, STAGES[stage - 1], STAGES[stage], "forward", when))
    closed = None
    if rng.random() < 0.6:
        outcome, closed = ("won", when + timedelta(days=9)) if last > 5 else ("lost", when + timedelta(days=5))
        rows["stage_changes"].append(_entry(key, 9, STAGES[stage], "O9" if outcome == "won" else "O10", outcome, closed))
    amount = rng.choice([None, rng.randrange(10_000_00, 900_000_00)])
    said = whole("deals", id=key, account_id=here["buying_unit_id"], lead_id=rng.choice([lead["id"], ""]), kind=rng.choice(["new", "expansion", "renewal"]),
                 source=lead["source"], stage={"open": STAGES[stage], "won": "O9", "lost": "O10"}[outcome], process=f"P{stage // 2 + 1}", outcome=outcome,
                 amount_cents=amount, counted_cents=amount and amount - rng.choice([0, 0, 500]), chance_bp={"won": 10_000, "lost": 0}.get(outcome, 500 * (stage + 1)),
                 close_on=rng.choice([None, (when + timedelta(days=rng.randrange(-60, 90))).date()]), forecast_category="pipeline",
                 next_step_due=rng.choice([None, date(2026, 12, 24)]), has_next_step=rng.random() < 0.5, bant=rng.choice(["met", "not_met", "unknown"]),
                 lead_at=rng.choice([None, opened - timedelta(days=20)]), opened_at=opened, closed_at=closed, stage_since=when, process_since=rng.choice([None, when]),
                 **here)  # fmt: skip
    rows["deals"].append(said)
    _below(rng, rows, said, when)
    _kept(rng, rows, said)


def _entry(deal: str, number: int, was: str, now: str, way: str, when: datetime) -> dict[str, Any]:
    return whole("stage_changes", id=f"{deal}-{number:02d}-{now}", deal_id=deal, was=was, now=now, way=way, entered_at=when, known_at=when + timedelta(hours=2))


def _below(rng: random.Random, rows: Rows, deal: dict[str, Any], when: datetime) -> None:
    key = deal["id"]
    for product in rng.sample(["imaging", "triage", "notes"], rng.randrange(3)):
        rows["deal_products"].append(whole("deal_products", deal_id=key, product=product))
    for number in range(rng.randrange(4)):
        ended = rng.choice([None, when])
        rows["deal_people"].append(whole("deal_people", deal_id=key, contact_id=f"c{number}", stance=rng.choice(["champion", "neutral"]), known_at=when, ended_at=ended))
    if rng.random() < 0.4:
        rows["deal_competitors"].append(whole("deal_competitors", deal_id=key, competitor="other", status=rng.choice(["present", "eliminated"]), known_at=when))
    if rng.random() < 0.5:
        rows["demos"].append(whole("demos", id=f"demo-{key}", deal_id=key, kind="first", state=rng.choice(["planned", "held"]), starts_at=moment(rng, START, END + timedelta(days=20)), known_at=when))
    if rng.random() < 0.5:
        state = rng.choice(["ended", "ended", "running", "abandoned"])
        result = rng.choice(["success", "partial", "failed"]) if state == "ended" else ""
        rows["pocs"].append(whole("pocs", id=f"poc-{key}", deal_id=key, state=state, result=result, kickoff_on=when.date(), ended_on=moment(rng).date() if state != "running" else None, known_at=when))


def _kept(rng: random.Random, rows: Rows, deal: dict[str, Any]) -> None:
    """How it stood on some days: as it is now, or before it was closed."""
    for day in sorted({moment(rng, deal["opened_at"]).date() for _ in range(rng.randrange(1, 5))}):
        said = dict(deal)
        if deal["closed_at"] and deal["closed_at"].date() > day:
            said |= {"outcome": "open", "closed_at": None, "stage": "O4", "chance_bp": 3000}
        said["close_on"] = rng.choice([said["close_on"], day + timedelta(days=rng.randrange(100))])
        rows["snapshots"].append({"day": day, **said})


def _customers(rng: random.Random, rows: Rows) -> None:
    for number, unit in enumerate(UNITS[:15]):
        key = f"customer{number}"
        rows["customers"].append(whole("customers", id=key, account_id=unit, since=moment(rng).date(), phase=rng.choice(["implementing", "live", "churned"]),
                                       arr_cents=rng.randrange(10**8), health=rng.choice([None, rng.randrange(101)]), health_band=rng.choice(["green", "red"]), **place(rng)))  # fmt: skip
        _of_customer(rng, rows, key)


def _of_customer(rng: random.Random, rows: Rows, key: str) -> None:
    began = moment(rng).date()
    rows["terms"].append(whole("terms", id=f"t-{key}", customer_id=key, starts_on=began, ends_on=began + timedelta(days=364), arr_cents=rng.choice([None, rng.randrange(10**8)])))
    rows["implementations"].append(whole("implementations", id=f"i-{key}", customer_id=key, kickoff_on=began, signed_on=began, known_at=moment(rng),
                                         first_value_on=rng.choice([None, began + timedelta(days=rng.randrange(60, 120))]), stopped_at=rng.choice([None, None, moment(rng)])))  # fmt: skip
    for step in ("data_integration", "validation"):
        rows["project_steps"].append(whole("project_steps", id=f"{step}-{key}", customer_id=key, implementation_id=f"i-{key}", step=step, done_on=rng.choice([None, moment(rng).date()])))
    for number in range(rng.randrange(6)):
        kind = rng.choice(["nps", "nps", "post_sale"])
        score = rng.randrange(11) if kind == "nps" else rng.randrange(1, 6)
        rows["survey_answers"].append(whole("survey_answers", id=f"q{number}-{key}", customer_id=key, kind=kind, score=score, answered_on=moment(rng, datetime(2026, 9, 1)).date()))
        rows["readings"].append(whole("readings", id=f"r{number}-{key}", customer_id=key, metric=rng.choice(["user_adoption", "uptime"]), as_of=moment(rng, datetime(2026, 10, 15)).date(), part=rng.randrange(50), whole=rng.choice([0, 50, 90]), known_at=moment(rng)))
        rows["outcomes"].append(whole("outcomes", id=f"o{number}-{key}", customer_id=key, metric=rng.choice(["patient_satisfaction", "readmissions"]), better=rng.choice(["more", "less"]), baseline=rng.choice([0.0, 12.5, 80.1]), current=rng.random() * 90, people=40, ends_on=moment(rng, datetime(2026, 9, 1)).date(), known_at=moment(rng)))
    rows["references"].append(whole("references", id=f"ref-{key}", customer_id=key, willing=rng.random() < 0.6, asked_on=began))
    rows["issues"].append(whole("issues", id=f"issue-{key}", customer_id=key, severity="minor", known_at=moment(rng)))


def _reach(rng: random.Random, rows: Rows) -> None:
    """Meetings that lie close to each other, mails and what came of them, enrolments; where demonstrations are, and how long."""
    for demo in rows["demos"]:
        demo |= {"minutes": rng.choice([30, 60]), "place": rng.choice(PLACES_MET), "presenter_id": rng.choice(PEOPLE)}
    for number in range(150):
        here, person, when = place(rng), rng.choice([*PEOPLE, ""]), moment(rng)
        begins = datetime(2026, 12, 1, 9) + timedelta(minutes=30 * rng.randrange(400))
        rows["meetings"].append(whole("meetings", id=f"meeting{number}", account_id=here["buying_unit_id"], host_id=person, kind=rng.choice(["intro", "readout"]), state=rng.choice(["planned", "planned", "held", "cancelled"]),
                                      starts_at=begins, ends_at=begins + timedelta(minutes=rng.choice([30, 60])), place=rng.choice(PLACES_MET), known_at=when, **here))  # fmt: skip
        rows["mails"].append(whole("mails", id=f"mail{number}", account_id=rng.choice([*UNITS, ""]), by_id=person, kind=rng.choice(["sequence", "campaign", "by_hand"]), state=rng.choice(["sent", "sent", "bounced", "unknown", "queued"]),
                                   linked=rng.random() < 0.7, followed=rng.random() < 0.3, sent_at=when, answered_at=rng.choice([None, when + timedelta(hours=5)]), known_at=when, **here))  # fmt: skip
        rows["enrolments"].append(whole("enrolments", id=f"put{number}", account_id=here["buying_unit_id"], sender_id=person, kind=rng.choice(["sequence", "campaign"]), state="active", known_at=when, **here))


def _others(rng: random.Random, rows: Rows) -> None:
    for number in range(80):
        due = moment(rng, datetime(2026, 11, 1), END + timedelta(days=9))
        rows["tasks"].append(whole("tasks", id=f"task{number}", kind=rng.choice(["call", "meeting"]), rank=rng.randrange(4), due_at=rng.choice([None, due]), done_at=rng.choice([None, None, due]),
                                   escalated_at=rng.choice([None, due]), known_at=moment(rng, START, datetime(2026, 11, 1)), **place(rng)))  # fmt: skip
        rows["check_results"].append(whole("check_results", id=f"check{number}", run_id="run", check=f"c{number}", outcome=rng.choice(["pass", "pass", "fail", "unknown"]), severity=rng.choice(["critical", "low"]), ran_at=moment(rng)))
    for person in PEOPLE:
        for starts, ends in ((date(2026, 7, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 12, 31))):
            rows["quotas"].append(whole("quotas", id=f"{person}-{starts}", starts_on=starts, ends_on=ends, cents=rng.randrange(10**7, 10**9), known_at=START, **{k: v for k, v in place(rng).items() if k in BY_NAME["quotas"].columns} | {"owner_id": person}))
        rows["people"].append(whole("people", id=person, name=person, role="ae", active=True))
