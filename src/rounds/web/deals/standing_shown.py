"""Where a deal stands: the two rails, how long it stands there, what blocks what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from rounds.access.sight import whole_sight
from rounds.analytics.deals.standing import counted
from rounds.kit.once import once
from rounds.models import Opportunity
from rounds.models.deals.ages import Age, age_of
from rounds.models.deals.standing import chances, gate_of
from rounds.models.flow.active import active
from rounds.playbook import Playbook
from rounds.rules.pipeline import gates
from rounds.rules.pipeline.gates import Gate, Line
from rounds.rules.pipeline.moves import next_stage
from rounds.rules.pipeline.probability import Chance

ONCE = ("", "moved once", "moved twice")


def head(deal: Opportunity, at: datetime) -> dict[str, Any]:
    """What the head of a deal's page says. One query."""
    book = active().playbook
    ahead = next_stage(book, deal.stage)
    moved = counted(deal).moved if deal.close_on else 0
    return {"rails": rails(deal, book), "age": age(deal, book, at), "stage_title": book.stages.by_code[deal.stage].title,
            "ahead": ahead, "ahead_title": book.stages.by_code[ahead].title if ahead else "",
            "category": book.closing.forecast.titles.get(deal.forecast_category, "").lower(),
            "moved": ONCE[moved] if moved < len(ONCE) else f"moved {moved} times", "lost_title": lost_title(deal, book),
            "ended": book.stages.by_code[deal.stage].end}  # fmt: skip


def lost_title(deal: Opportunity, book: Playbook) -> str:
    """Why a lost deal was lost, in words."""
    listed = book.closing.lost.by_code.get(deal.lost_reason)
    return listed.title if listed else ""


def rails(deal: Opportunity, book: Playbook) -> dict[str, Any]:
    """The ten stages and the seven of the process, each done, now, or still to come; in step over one another."""
    way, stages = book.stages.way, book.stages
    here = way.index(deal.stage) if deal.stage in way else way.index(deal.closed_from or way[0])
    ended = not deal.is_open
    ten = [{"code": code, "title": _short(stages.by_code[code].title), "state": "done" if place < here or (ended and place == here and deal.stage in way) else
            "now" if place == here and not ended else "ended" if place == here else ""} for place, code in enumerate(way)]  # fmt: skip
    codes: dict[str, int] = {}
    for code in way:
        process = stages.process_of(code)
        codes[process] = codes.get(process, 0) + 1
    order = list(book.process.by_code)
    at = order.index(deal.process) if deal.process in order else 0
    seven = [{"code": code, "title": book.process.by_code[code].title, "short": book.process.by_code[code].title.partition(" & ")[0], "span": span,
              "state": "done" if order.index(code) < at else "now" if code == deal.process and not ended else ""} for code, span in codes.items()]  # fmt: skip
    return {"ten": ten, "seven": seven, "place": here + 1, "of": len(way), "process": book.process.by_code.get(deal.process), "process_place": at + 1,
            "process_of": len(order)}  # fmt: skip


def _short(title: str) -> str:
    """Stages as the rail names them: "Demo Completed" is "Demo", "Closed Won" is "Won"."""
    return {"Demo Completed": "Demo", "Proposal Sent": "Proposal", "Closed Won": "Won", "POC Defined": "POC defined", "POC In Progress": "POC in progress",
            "POC Success": "POC success"}.get(title, title)  # fmt: skip


def age(deal: Opportunity, book: Playbook, at: datetime) -> Age | None:
    """How long the deal stands where it stands, against the days that takes (PIPE-19); of a closed one nothing."""
    return age_of(deal, book, at) if deal.is_open else None


@once
def verdicts(deal: Opportunity, role: str) -> tuple[Gate | None, dict[str, Chance]]:
    """What does not hang on who looks, read with whole sight in one go: the gate before the next stage that asks anything
    as it stands for somebody of `role` (None: nothing is asked any more), and the chance of each stage."""
    book = active().playbook
    stage = asking(deal, book)
    with whole_sight(deal):
        return gate_of(deal, stage, book, role=role) if stage else None, chances(book)


def blocks(request: HttpRequest, deal: Opportunity) -> dict[str, Any] | None:
    """The criteria that stand before the next stage that asks any, which stage that is, and what the deal's stage of the
    sales process is for (PIPE-27); None for a closed deal."""
    book = active().playbook
    stage, (gate, _) = asking(deal, book), verdicts(deal, request.user.role)
    if stage is None or gate is None:
        return None
    lines = sorted(gate.lines, key=lambda line: line.met)
    return {"gate": gate, "gate_title": book.stages.by_code[stage].title, "gate_stage": stage, "lines": [shown(line, deal) for line in lines],
            "met": sum(line.met for line in gate.lines), "asked": len(gate.lines), "free": _free(deal, book, stage), "process": book.process.by_code.get(deal.process)}  # fmt: skip


def asking(deal: Opportunity, book: Playbook) -> str | None:
    """The next stage ahead whose gate asks something."""
    if not deal.is_open:
        return None
    way = book.stages.way
    for code in way[way.index(deal.stage) + 1 :]:
        if gates.asked(book, deal.stage, code, phi=deal.phi_involved):
            return code
    return None


def _free(deal: Opportunity, book: Playbook, stage: str) -> str:
    """The stage that comes before the asking one, to which nothing stands in the way; "" where there is none."""
    ahead = next_stage(book, deal.stage)
    return book.stages.by_code[ahead].title if ahead and ahead != stage else ""


def shown(line: Line, deal: Opportunity) -> dict[str, Any]:
    """A criterion as a row: its tag, the next move, whose it is."""
    word = "Met" if line.met else line.says[:1].upper() + line.says[1:] if line.says and len(line.says) <= 26 else "Missing"
    owner = deal.owner.name if deal.owner else "Nobody"
    whose = owner if line.whose == "owner" else line.whose[:1].upper() + line.whose[1:]
    person = line.whose == "owner" or (deal.owner is not None and line.whose == deal.owner.name)
    return {"line": line, "state": "met" if line.met else "blocked" if line.state == "blocked" else "missing", "word": word, "whose": whose, "person": person,
            "move": (line.says if line.met else line.next or line.says)}  # fmt: skip


def gate_words(gate: Gate) -> str:
    """How many of a gate's criteria are met."""
    return f"{sum(line.met for line in gate.lines)} of {len(gate.lines)} met"
