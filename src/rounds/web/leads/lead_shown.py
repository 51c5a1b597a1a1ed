"""What a lead's page shows: header, scores with their why, questions, checklists, history."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localtime

from rounds.access import fields
from rounds.access.allowed import may, may_change
from rounds.access.scope import visible
from rounds.analytics.leads.history import moves
from rounds.analytics.leads.research import research
from rounds.analytics.leads.standing import Standing, recorded, standing, ticks
from rounds.kit.clock import now
from rounds.models import Contact, Lead, User
from rounds.models.flow.days import house_day
from rounds.rules.routing.role import driving_band
from rounds.rules.scoring import scorer
from rounds.rules.scoring.score import question
from rounds.web import scores_shown
from rounds.web.doors import one


def lead_or_404(request: HttpRequest, key: UUID) -> Lead:
    """The lead `key` with its account, unit and owner, if the viewer may see it; what is sent needs more (`doors.one`)."""
    return one(request, Lead, key, "owner", "account", "account__buying_unit", "buying_unit")


def header(request: HttpRequest, lead: Lead, held: Standing) -> dict[str, Any]:
    """Who it is, where it stands, and what may be done next."""
    moves = held.now.playbook.statuses.moves_from(lead.status)
    owners, writable = [], may_change(request.user, lead)
    if writable and may(request.user, "records.assign_others"):
        people = User.objects.filter(is_active=True).order_by("name").values_list("id", "name")
        owners = [("", "Nobody, back to the queue"), *((str(key), name) for key, name in people)]
    role = held.now.playbook.roles.roles.get(lead.owner_role)
    return {
        "lead": lead, "url": f"/leads/{lead.id}/", "place": "leads", "role_title": role.title if role else "",
        "statuses": writable and [move for move in moves.values() if not move.through],
        "reasons": held.now.playbook.statuses.reasons.listed,
        "writable": writable, "claimable": writable and lead.owner_id is None, "owner_key": str(lead.owner_id or ""), "title_says": says(lead),
        "owners": owners, "at": now(),
        "fresh": scores_shown.scored_by(lead.scored_at and localtime(lead.scored_at), localtime(now()).date(), held.now.number),
    }  # fmt: skip


def says(lead: Lead) -> str:
    """The finding that heads the page: the name and what the score says of it."""
    where = lead.account.name if lead.account else lead.organization
    return f"{lead.name}, {where}" if where else lead.name


def scores(request: HttpRequest, lead: Lead, held: Standing) -> dict[str, Any]:
    """Both models side by side; the stored verdict with its why."""
    book = held.now.playbook
    stored = recorded(lead)
    score, model = (stored.score, stored.model) if stored else (held.score, book.scoring["lead_fit"])
    quick, kept = book.scoring["crm_quick"], request.scope.hidden
    silent, unsaid = fields.criteria(book, "lead_fit", kept), fields.criteria(book, "crm_quick", kept)
    return {
        "lead": lead, "url": f"/leads/{lead.id}/", "score": fields.score(score, "lead_fit", book, kept), "quick": held.quick, "disagree": held.disagree,
        "why": sourced(scores_shown.why(model, score, ask=f"/leads/{lead.id}/?ask=", silent=silent), model, held),
        "quick_lines": [
            {"label": c.title, "kept": c.criterion in unsaid, "points": held.quick.points[c.criterion], "known": c.criterion not in held.quick.missing,
             "value": next(line["why"] for line in held.quick.lines if line["what"] == c.criterion)}
            for c in quick.criteria
        ],
        "why_band": score.label.removeprefix("provisional: ") or f"{score.completeness:.0%} known",
        "cuts": ",".join(map(str, scores_shown.cuts(model))), "known": score.completeness * 100,
        "record": stored.record if stored else None, "number": stored.number if stored else held.now.number,
        "warmth": scores_shown.warmth(book, lead.heat, score.total),
        "driver": book.roles.driver, "driving": driving_band(book, score.band, held.quick.band),
    }  # fmt: skip


def sourced(categories: list[dict[str, Any]], model: Any, held: Standing) -> list[dict[str, Any]]:
    """The why with the people who answered as sources, and a way to set each criterion by hand."""
    answered = held.answered
    codes = [criterion.criterion for category in model.categories for criterion in category.criteria]
    for line, code in zip((line for c in categories for line in c["lines"]), codes, strict=True):
        answer = answered.get(code)
        if answer is not None and line["points"] is not None and not line.get("kept"):
            line["source"] = answer.by_name or "answered"
            until = f", until {house_day(answer.expires_at):%-d %b %Y}" if answer.expires_at else ""
            line["hint"] = f"Said {house_day(answer.at):%-d %b %Y}{until}. {answer.reason}".strip()
    return categories


def questions(lead: Lead, held: Standing, kept: Collection[str], wanted: str = "") -> list[dict[str, Any]]:
    """The best three questions first; `wanted` (a criterion) before them, the other open ones after."""
    model = scorer(held.now.playbook, "lead_fit")
    missing = set(held.score.missing) - fields.criteria(held.now.playbook, "lead_fit", kept)
    places = [place for place in model.asked if model.lines[place].code in missing]
    asked = sorted((question(model, place) for place in places), key=lambda q: (q.criterion != wanted, -q.gain))
    url = f"/leads/{lead.id}/answers/"
    return [{"criterion": q.criterion, "ask": q.ask, "gain": q.gain, "answers": q.answers, "action": url,
             "preview": f"{url}preview/?criterion={q.criterion}", "id": f"q-{q.criterion}"} for q in asked]  # fmt: skip


def criteria(held: Standing, kept: Collection[str]) -> list[dict[str, Any]]:
    """Every criterion with its levels and the one it is at now: the inputs of the sandbox and of setting by hand."""
    model, silent = scorer(held.now.playbook, "lead_fit"), fields.criteria(held.now.playbook, "lead_fit", kept)
    return [{"code": line.code, "title": line.criterion.title, "now": held.score.levels.get(line.code) or "",
             "levels": [(level.level, level.title, level.points) for level in line.criterion.levels]}
            for line in model.lines if line.criterion.levels and line.code not in silent]  # fmt: skip


def heard_from(lead: Lead, request: HttpRequest) -> list[tuple[str, str]]:
    """Who may have said it: the people of the lead's account, nobody named first."""
    named = [("", lead.name)]
    if lead.buying_unit_id or lead.account_id:
        people = visible(Contact, request.scope).filter(left_on=None)
        unit = lead.buying_unit_id or lead.account_id
        named += [(str(p.id), p.name) for p in people.filter(buying_unit_id=unit).order_by("name")[:60]]
    return named


def history(lead: Lead, words: dict[str, str], silent: Collection[str] = ()) -> dict[str, Any]:
    """Every verdict for the chart, and each move in words, the newest first."""
    found = moves(lead)
    points: dict[str, dict[str, Any]] = {}
    for move in found:
        day = house_day(move.at).isoformat()
        points[day] = {"day": day, "score": move.after, "low": move.low, "high": move.high}
    told = [{"move": move, "because": [(words.get(name, name.replace("_", " ")), by) for name, by in move.because if name not in silent]}
            for move in reversed(found) if move.before is None or move.because or move.crossed]  # fmt: skip
    return {"points": list(points.values()), "moves": told, "crossed": next((m for m in told if m["move"].crossed), None)}


def whole(request: HttpRequest, lead: Lead, *, at: datetime) -> dict[str, Any]:
    """Everything on the page but the timeline."""
    held = standing(lead, at=at)
    words = {line.code: line.criterion.word for line in scorer(held.now.playbook, "lead_fit").lines}
    topics, done = research(held)
    kept = request.scope.hidden
    asked = questions(lead, held, kept, request.GET.get("ask", ""))
    kinds = [(kind, kind.replace("_", " ").capitalize()) for kind in held.now.playbook.picklists.events.values]
    said = history(lead, words, fields.criteria(held.now.playbook, "lead_fit", kept))
    return {
        **header(request, lead, held), **scores(request, lead, held), "best": asked[:3], "others": asked[3:],
        "sources": heard_from(lead, request), "history": said, "topics": topics, "researched": done,
        "ticks": ticks(held), "criteria": criteria(held, kept), "held": held, "asked": request.GET.get("ask", ""),
        "history_data": {"points": said["points"], "cuts": scores_shown.cuts(held.now.playbook.scoring["lead_fit"])}, "log_kinds": [("call", "Call"), *(pair for pair in kinds if pair[0] != "call")],
        "seniorities": [(level, level.capitalize()) for level in held.now.playbook.picklists.highest_seniority.values],
    }  # fmt: skip
