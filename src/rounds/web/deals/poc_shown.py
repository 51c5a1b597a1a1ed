"""What the page of a proof of concept says: readings, criteria, plan, issues, paper, money, and what comes next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import may, may_change
from rounds.access.scope import visible
from rounds.actions.deals import data_gate, pocs
from rounds.actions.deals.poc_converting import version_of
from rounds.actions.deals.poc_ending import signed_off
from rounds.actions.deals.poc_roi import cents_of, inputs_of
from rounds.kit.clock import now
from rounds.models import (
    Event,
    PhiDetermination,
    Poc,
    PocDataClock,
    PocExtension,
    PocIssue,
    PocMilestone,
    PocReview,
    PocRoi,
    PocSigning,
)
from rounds.models.deals.poc_standing import stands, week_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.poc.data_clock import data_clock
from rounds.rules.poc.plan import alarm_words, alarms
from rounds.rules.poc.roi import INPUTS, TITLES, break_even, sensitivity, worth
from rounds.web.deals import poc_asks
from rounds.web.deals.poc_words import STATES, happened
from rounds.web.deals.proof_figures import gantt, shown
from rounds.web.deals.proof_forms import people_of


def whole(request: HttpRequest, poc: Poc, *, at: datetime) -> dict[str, Any]:
    """Everything the page shows, in a constant number of queries."""
    book, on, found = active().playbook, house_day(at), stands(poc)
    writable = may_change(request.user, poc.opportunity)
    said: dict[str, Any] = {
        "poc": poc, "deal": poc.opportunity, "url": f"/pocs/{poc.id}/", "place": "pocs", "at": at, "on": on, "found": found,
        "writable": writable, "measured": [shown(one) for one in found.measured], "week": week_of(poc, on) if poc.state == "running" else 0,
        "state": STATES[poc.state], "missing": pocs.lacks(poc) if poc.state == "draft" else [], "plan": gantt(poc, on),
        "milestones": list(visible(PocMilestone, request.scope).filter(poc=poc).order_by("due_on", "id")),
        "issues": list(visible(PocIssue, request.scope).filter(poc=poc).select_related("owner").order_by("closed_at", "due_at")[:50]),
        "reviews": list(visible(PocReview, request.scope).filter(poc=poc).order_by("-held_on", "-id")[:12]),
        "extensions": list(visible(PocExtension, request.scope).filter(poc=poc).select_related("answered_by").order_by("number")),
        "severities": book.poc_terms.issues.severities, "categories": book.poc_verdict.categories, "may_extend": may(request.user, "poc.extend"),
        "happened": _happened(poc), "terms": book.poc_terms,
    }  # fmt: skip
    said |= _paper(request, poc, at=at) | _money(request, poc)
    said["alarm"] = _alarm(poc, said)
    people = people_of(request, poc.opportunity) if writable or may(request.user, "compliance.manage") else []
    return {**said, "asks": poc_asks.asks(request, poc, said, people)}


def brief(request: HttpRequest, poc: Poc, *, at: datetime) -> dict[str, Any]:
    """What the panel beside a list says of it."""
    on, found = house_day(at), stands(poc)
    said = {"poc": poc, "deal": poc.opportunity, "url": f"/pocs/{poc.id}/", "on": on, "found": found, "state": STATES[poc.state],
            "measured": [shown(one) for one in found.measured], "week": week_of(poc, on) if poc.state == "running" else 0,
            "issues": visible(PocIssue, request.scope).filter(poc=poc, closed_at=None).count()}  # fmt: skip
    said |= _paper(request, poc, at=at)
    return {**said, "alarm": _alarm(poc, said)}


def _paper(request: HttpRequest, poc: Poc, *, at: datetime) -> dict[str, Any]:
    """What was signed, whether patient data is involved and covered, and the clock behind it."""
    book = active().playbook
    signings = list(visible(PocSigning, request.scope).filter(poc=poc).select_related("contact").order_by("-at", "-id"))
    last: dict[str, PocSigning] = {}
    for one in signings:
        last.setdefault(one.what, one)
    determined = visible(PhiDetermination, request.scope).filter(poc=poc).order_by("-at", "-id").first()
    clock = visible(PocDataClock, request.scope).filter(poc=poc).select_related("certified_to").first()
    involved = determined.involved if determined else book.poc_terms.phi.on
    plan_version = version_of(poc, "plan")
    return {
        "agreement": last.get("agreement"), "agreed_criteria": last.get("criteria"), "sign_off": signed_off(poc) if poc.readout_on else None,
        "plan_version": plan_version, "plan_signed": _of_version(last.get("plan"), plan_version), "roi_signing": last.get("roi"),
        "determined": determined, "phi": involved, "cover": data_gate.cover(poc.opportunity.account, at) if involved else None, "clock": clock,
        "clock_stands": data_clock(book.poc_terms.phi, clock.due_on if clock else None, clock.done_on if clock else None, house_day(at)),
        "may_determine": may(request.user, "compliance.manage") and poc.data_since is None and poc.is_open,
    }  # fmt: skip


def _of_version(signing: PocSigning | None, version: int) -> PocSigning | None:
    return signing if signing is not None and signing.version == version else None


def _money(request: HttpRequest, poc: Poc) -> dict[str, Any]:
    """The last ROI sheet."""
    sheet = visible(PocRoi, request.scope).filter(poc=poc).order_by("-number").first()
    return {"roi": sheet, "roi_worth": worth(active().playbook.poc_terms.roi, inputs_of(cents_of(sheet))) if sheet else None}


def worth_of(request: HttpRequest, poc: Poc) -> dict[str, Any]:
    """The ROI sheet whole: inputs with their sources, what it is worth, what that hangs on, what was measured."""
    said, book = _money(request, poc), active().playbook.poc_terms.roi
    sheet, found = said["roi"], stands(poc)
    inputs = inputs_of(cents_of(sheet)) if sheet else None
    signing = visible(PocSigning, request.scope).filter(poc=poc, what="roi").select_related("contact").order_by("-at").first()
    swings = sensitivity(book, inputs) if inputs else []
    rows = [{"name": name, "title": TITLES[name], "cents": getattr(sheet, f"{name}_cents") if sheet else None,
             "dollars": f"{getattr(sheet, f'{name}_cents') / 100:,.2f}".removesuffix(".00") if sheet else "", "source": sheet.sources.get(name, "") if sheet else ""} for name in INPUTS]  # fmt: skip
    return {
        **said, "poc": poc, "deal": poc.opportunity, "url": f"/pocs/{poc.id}/", "place": "pocs", "rows": rows, "book": book, "at": now(),
        "swings": _drawn(swings, said["roi_worth"]), "spare": break_even(inputs) if inputs else None, "found": found,
        "measured": [shown(one) for one in found.measured], "writable": may_change(request.user, poc.opportunity),
        "signing": signing if signing and sheet and signing.version == sheet.number else None,
        "countable": poc.state in ("agreed", "running", "readout", "ended"),
        "asks": [poc_asks.sign_roi(request, poc)] if sheet else [],
    }  # fmt: skip


def _drawn(swings: list, here: Any) -> list[dict[str, Any]]:
    """Each input's swing of the ROI as a bar from `left` over `width` of 100, with the ROI itself at `here`."""
    ends = [float(end) for swing in swings for end in (swing.low, swing.high) if end is not None]
    if not ends or here is None or here.percent is None:
        return []
    low, high = min(*ends, float(here.percent)), max(*ends, float(here.percent))
    span = (high - low) or 1.0

    def x(value: Any) -> float:
        return round(96 * (float(value) - low) / span + 2, 2)

    return [{"title": swing.title, "low": min(swing.low, swing.high), "high": max(swing.low, swing.high), "left": x(min(swing.low, swing.high)),
             "width": max(round(x(max(swing.low, swing.high)) - x(min(swing.low, swing.high)), 2), 0.5), "here": x(here.percent)}
            for swing in swings if swing.low is not None and swing.high is not None]  # fmt: skip


def _alarm(poc: Poc, said: dict[str, Any]) -> dict[str, str] | None:
    """The one thing that is red on the page: data overdue, then overrun, then a decision overdue, then a door that is shut."""
    clock, on = said["clock_stands"], said["on"]
    if clock.word == "overdue":
        return {"title": "Patient data is overdue", "says": f"It was to be returned or destroyed by {clock.due:%-d %b %Y}; write down the certificate."}
    weeks = active().playbook.poc_plan.weeks
    if poc.state == "running":
        found = [one for one in alarms(weeks, kickoff=poc.kickoff_on, ends=poc.ends_on, today=on) if one != "long"]
        if found:
            return {"title": "It runs over", "says": f"{alarm_words(weeks, found[-1], planned=poc.weeks).capitalize()}. Hold the readout, or ask for more time."}
    if poc.state == "readout" and not poc.decision and on > poc.decision_due_on:
        return {"title": "The decision is overdue", "says": f"It was due on {poc.decision_due_on:%-d %b %Y}: convert, extend once, or stop."}
    if said["cover"] is not None and not said["cover"].open and poc.data_since and poc.state == "running":
        return {"title": "The doors of patient data are shut", "says": f"{_sentence(said['cover'].says)} No reading on patient data is taken until one is; "
                "a clock runs for what was received."}  # fmt: skip
    if said["cover"] is not None and not said["cover"].open and poc.state in ("agreed", "running"):
        return {"title": "No patient data yet", "says": f"{_sentence(said['cover'].says)} Data integration stays shut until a BAA is in force."}
    return None


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _happened(poc: Poc) -> list[Any]:
    """The last things that happened with it."""
    rows = Event.objects.filter(opportunity_id=poc.opportunity_id, kind__startswith="poc.", at__gte=poc.at).order_by("-at", "-id")[:14]
    return [(row, *happened(row)) for row in rows]

