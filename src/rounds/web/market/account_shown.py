"""What the account's pages show: the frame around every tab, and the parts of the overview."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localtime

from rounds.access import fields
from rounds.access.allowed import may_change, reads, writes
from rounds.access.scope import visible
from rounds.actions.desk import views as desk
from rounds.actions.trust import audit
from rounds.analytics.market import facts as facts_of
from rounds.analytics.market.standing import Standing
from rounds.analytics.market.tree import Node, members
from rounds.kit.clock import now
from rounds.models import Account, Contact, Event, Lead
from rounds.models.flow.active import active
from rounds.playbook import Playbook
from rounds.rules.scoring import scorer
from rounds.rules.scoring.score import question
from rounds.web.doors import one
from rounds.web.scores_shown import cuts, scored_by

NEEDS = {"committee": "contact", "leads": "lead"}
"""Tab → the object one has to read for it."""
LEVEL_ICONS = {"system": "network", "clinic_network": "network", "department": "building-2", "service_line": "building-2"}


def account_or_404(request: HttpRequest, key: UUID, to: str = "") -> Account:
    """The account `key` with its unit, parent and owner, if the viewer may see it; what is sent needs more (`doors.one`)."""
    return one(request, Account, key, "owner", "parent", "buying_unit", "buying_unit__owner", to=to)


def frame(request: HttpRequest, account: Account, tab: str) -> dict[str, Any]:
    """What every tab needs; notes the read and keeps the place for the palette."""
    at, url = now(), f"/accounts/{account.id}/"
    audit.note_read("account.read", by=request.user.actor, at=at, kind="account", subject=account.id,
                    scope=request.scope.hash, detail={"part": tab})  # fmt: skip
    desk.visited(request.user, label=account.name, url=url, icon="building-2")
    unit = account.buying_unit or account
    ids = branch_ids(account, request)
    counts = {
        "hospitals": len(ids) - 1,
        "committee": visible(Contact, request.scope).filter(account_id__in=ids, left_on=None).count(),
        "leads": visible(Lead, request.scope).filter(account_id__in=ids).count(),
        "timeline": Event.objects.filter(account_id__in=ids).count(),
    }
    book = active()
    return {
        "account": account, "unit": unit, "url": url, "at": at, "tab": tab, "place": "accounts", "ids": ids,
        "tabs": tabs(account, url, tab, counts, request), "writable": may_change(request.user, account),
        "adds_people": writes(request.user, "contact"), "adds_below": writes(request.user, "account"), "place_words": place_of(account), "book": book,
        "fresh": freshness(account, at), "head_icon": LEVEL_ICONS.get(account.level, "hospital"),
        "log_people": heard_from(unit, request)[1:], "log_kinds": log_kinds(book.playbook),
        "below": counts["hospitals"],
    }  # fmt: skip


def freshness(account: Account, at: datetime) -> str:
    """ "scored 10:02 by playbook v14", in the viewer's time."""
    return scored_by(account.scored_at and localtime(account.scored_at), localtime(at).date(), active().number)


def branch_ids(account: Account, request: HttpRequest) -> list[UUID]:
    """The ids of the account and of everything visible below it. One query."""
    if account.is_unit:
        found = list(members(account, request.scope).values_list("id", flat=True))
        return [account.id, *(i for i in found if i != account.id)]
    parents: dict[UUID | None, list[UUID]] = {}
    for key, parent in members(account, request.scope).values_list("id", "parent_id"):
        parents.setdefault(parent, []).append(key)
    ids = [account.id]
    for key in ids:
        ids += [kid for kid in parents.get(key, []) if kid not in ids]
    return ids


def tabs(account: Account, url: str, here: str, counts: dict[str, int], request: HttpRequest) -> list[dict[str, Any]]:
    """The parts of an account, with their counts."""
    named = [("overview", "Overview", "", None), ("hospitals", "Hospitals", "hospitals/", counts["hospitals"]),
             ("committee", "Committee", "committee/", counts["committee"]), ("leads", "Leads", "leads/", counts["leads"]),
             ("timeline", "Timeline", "timeline/", counts["timeline"]), ("facts", "Facts", "facts/", None),
             ("scores", "Scores and tier", "scores/", None)]  # fmt: skip
    return [{"name": name, "url": url + path, "count": count, "current": key == here} for key, name, path, count in named if key not in NEEDS or reads(request.user, NEEDS[key])]


def place_of(account: Account) -> list[str]:
    """The words under the name, in order: place, hospitals, beds, territory."""
    said = [", ".join(part for part in (account.city, account.state) if part)]
    if account.level in ("system", "clinic_network") and account.hospitals:
        said.append(f"{account.hospitals:,} hospital{'s' if account.hospitals != 1 else ''}")
    if account.locations:
        said.append(f"{account.locations:,} locations")
    said.append(f"{account.beds:,} beds" if account.beds else "beds unknown")
    said.append(f"{account.territory} territory" if account.territory else "no territory yet")
    return [part for part in said if part]


def score_shown(account: Account, held: Standing) -> dict[str, Any]:
    """The fit and score block, from the verdict computed now."""
    score, model = held.score, held.now.playbook.scoring["lead_fit"]
    lines = scorer(held.now.playbook, "lead_fit").lines
    points = sum(score.points[line.code] for line in lines if line.in_fit and line.code not in score.missing)
    words = {"A": "Strong fit", "B": "Good fit", "C": "Partial fit", "D": "Weak fit"}
    return {
        "score": score, "fit_points": points, "fit_words": words.get(score.fit.grade or "", "Fit not known"),
        "known": score.completeness * 100, "cuts": ",".join(map(str, cuts(model))),
        "why_band": f"Fit {score.fit.grade or 'not known'}, {score.fit.known} of {score.fit.of} known",
    }  # fmt: skip


def questions_shown(account: Account, held: Standing, kept: Collection[str], wanted: str = "") -> list[dict[str, Any]]:
    """The three best questions; `wanted` (a criterion) is put first when it is still open."""
    found = fields.score(held.score, "lead_fit", held.now.playbook, kept)
    asked = list(found.questions)
    model = scorer(held.now.playbook, "lead_fit")
    if wanted in found.missing and wanted not in [q.criterion for q in asked]:
        place = next(i for i, line in enumerate(model.lines) if line.code == wanted)
        asked = [question(model, place), *asked[:2]]
    asked.sort(key=lambda q: q.criterion != wanted)
    url = f"/accounts/{account.id}/answers/"
    return [{"criterion": q.criterion, "ask": q.ask, "gain": q.gain, "answers": q.answers, "action": url,
             "preview": f"{url}preview/", "id": f"q-{q.criterion}"} for q in asked]  # fmt: skip


def heard_from(unit: Account, request: HttpRequest) -> list[tuple[str, str]]:
    """Who may have said it: the unit's people, nobody named first."""
    people = visible(Contact, request.scope).filter(buying_unit_id=unit.id, left_on=None).order_by("name")[:60]
    return [("", "nobody named"), *((str(p.id), p.name) for p in people)]


def log_kinds(book: Playbook) -> list[tuple[str, str]]:
    """What a person can log, the calls and meetings first."""
    first = ("call", "stakeholder_meeting", "executive_meeting", "demo_attendance")
    kinds = [*first, *(k for k in book.picklists.events.values if k not in first)]
    return [(kind, kind.replace("_", " ").capitalize()) for kind in kinds if kind in book.picklists.events.values]


def answers_shown(account: Account, held: Standing, kept: Collection[str]) -> list[dict[str, Any]]:
    """The standing answers in the words of the score."""
    rows = []
    for row in fields.answers(held.answers, held.now.playbook, kept):
        model = held.now.playbook.scoring.get(row.model)
        line = next((c for c in model.criteria if c.criterion == row.criterion), None) if model else None
        level = next((lv.title for lv in line.levels if lv.level == row.level), None) if line else None
        rows.append({"id": row.id, "asked": line.title if line else row.criterion.replace("_", " "),
                     "said": level or row.level.replace("_", " "), "by": row.by_name, "at": row.at,
                     "own": row.account_id == account.id})  # fmt: skip
    return rows


def hospital_rows(nodes: list[Node], book: Playbook) -> list[dict[str, Any]]:
    """Children as rows: EHR and margin, each with the claim it rests on. One query."""
    claims = facts_of.sources_for([n.account.id for n in nodes], ("beds", "total_margin", "ehr_vendor"), book)
    rows, top = [], min((n.depth for n in nodes), default=0)
    for node in nodes:
        mine = claims.get(node.account.id, {})
        claim = mine.get("total_margin") or mine.get("beds")
        trend = node.account.margin_trend
        arrow = "" if trend is None else "trending-up" if trend > 0.005 else "trending-down" if trend < -0.005 else "move-right"
        rows.append({
            "node": node, "account": node.account, "indent": node.depth - top, "beds": node.whole.get("beds"), "arrow": arrow,
            "source": facts_of.source_of(claim) if claim else "", "hint": facts_of.story_of(claim) if claim else "",
            "ehr_hint": facts_of.story_of(mine["ehr_vendor"]) if "ehr_vendor" in mine else "",
        })  # fmt: skip
    return rows


def largest(root: Node, most: int = 5) -> list[Node]:
    """The biggest open hospitals and networks directly below, for the overview."""
    kids = [n for n in root.walk() if n.account.level in ("hospital", "clinic_network") and n is not root]
    return sorted(kids, key=lambda n: (n.account.status != "open", -(n.whole.get("beds") or 0)))[:most]
