"""Proposals: the page with its sixteen items, sent, tracked, on paper."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import may_change, need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import approvals, proposal_life
from rounds.actions.deals import proposals as actions
from rounds.actions.trust import audit, exports
from rounds.documents.names import attachment
from rounds.documents.proposal import html
from rounds.kit.clock import now
from rounds.models import Contact, Proposal, ProposalMark
from rounds.models.flow.active import active
from rounds.web.deals import price_said as said
from rounds.web.deals.quote_acts import back
from rounds.web.doors import SAFE, noted, one, page
from rounds.web.proof import proved

FETCH = ("opportunity__account__buying_unit", "opportunity__owner", "quote", "contact")
STATES = {"draft": ("Draft", "tag-plain"), "sent": ("Sent", "s-soon"), "viewed": ("Opened", "s-soon"), "accepted": ("Accepted in principle", "s-ok"),
          "declined": ("Declined", "s-soon"), "changes": ("They want it otherwise", "s-soon"), "expired": ("Ran out", "s-soon"), "withdrawn": ("Withdrawn", "tag-plain")}  # fmt: skip
MARKS = {"sent": "Sent", "viewed": "Opened", "accepted": "Accepted in principle", "declined": "Declined", "changes": "Asked for changes", "expired": "Ran out",
         "withdrawn": "Withdrawn", "timeline_agreed": "Timeline agreed", "timeline_open": "Timeline open again"}  # fmt: skip
HOW = {"link": "by our link", "portal": "in the portal", "mail": "by mail", "said": ""}


def proposal_or_404(request: HttpRequest, key: UUID, *, write: bool = False) -> Proposal:
    """The proposal, where the viewer sees its deal; to change it, where they may change that. Raises NotAllowed (403)."""
    row = one(request, Proposal, key, *FETCH, to="read")
    if write:
        need_to_write(request.user, row.opportunity)
    return row


@require_http_methods(["GET", "POST"])
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """What it says, what is missing, what became of it. What is sent changes the draft: its title, end, contact, an item."""
    if request.method not in SAFE:
        return _change(request, key)
    row = proposal_or_404(request, key)
    noted(request, "proposal.read", "proposal", row.id)
    may_write = may_change(request.user, row.opportunity) and row.opportunity.closed_at is None
    people = visible(Contact, request.scope).filter(account_id__in={row.opportunity.account_id, row.opportunity.buying_unit_id} - {None}).order_by("name")[:200]
    stale = row.state == "draft" and row.body.get("fingerprint") != row.quote.fingerprint
    marks = ProposalMark.objects.filter(opportunity=row.opportunity_id, proposal=row).order_by("-at", "-id")[:40]
    return render(request, "deals/proposals/proposal.html", {
        "row": row, "deal": row.opportunity, "quote": row.quote, "url": f"/proposals/{row.id}/", "place": "quotes", "at": now(),
        "state": STATES[row.state], "missing": actions.missing(row), "may_write": may_write, "editable": may_write and row.state == "draft",
        "approved": approvals.approved(row.quote, at=now()), "stale": stale, "people": people if may_write and row.state == "draft" else (),
        "marks": [{"row": mark, "title": MARKS.get(mark.kind, mark.kind), "how": HOW.get(mark.how, mark.how)} for mark in marks],
        "finding": finding(row), "number": active().number, "toast": request.session.pop("toast", None),
        "versions": Proposal.objects.filter(opportunity_id=row.opportunity_id).exclude(pk=row.pk).order_by("-version").only("id", "version", "state")[:10]})  # fmt: skip


def finding(row: Proposal) -> str:
    """The sentence on top."""
    lost = actions.missing(row)
    if row.state == "draft":
        return f"{row.title} lacks {len(lost)} of 16 items" if lost else f"{row.title} is complete"
    days = (now() - row.sent_at).days if row.sent_at else 0
    waits = {"sent": f"{row.title}: sent {_days(days)}, not opened yet", "viewed": f"{row.title}: opened, no answer for {max(days, 0)} days"}
    return waits.get(row.state) or f"{row.title}: {STATES[row.state][0].lower()}"


def _days(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"


def _change(request: HttpRequest, key: UUID) -> HttpResponse:
    row = proposal_or_404(request, key, write=True)
    known = {item.item for section in active().playbook.proposal.sections for item in section.items}
    given = {name: value for name, value in request.POST.items() if name in known or name == "title"}
    if "expires_on" in request.POST:
        given["expires_on"] = said.day(request.POST, "expires_on")
    if "contact" in request.POST:
        key_ = request.POST["contact"]
        given["contact"] = visible(Contact, request.scope).filter(pk=key_).first() if len(key_) == 36 else None
    actions.change(row, given, edits=_edits(request), by=request.user.actor, at=now())
    return back(request, f"/proposals/{row.id}/" + (f"#item-{next(iter(given))}" if set(given) & known else ""), "Kept")


def _edits(request: HttpRequest) -> int | None:
    text = request.POST.get("edits", "")
    return int(text) if text.isdigit() and len(text) < 8 else None


@require_POST
@page
def deliver(request: HttpRequest, key: UUID) -> HttpResponse:
    """It goes to the customer."""
    row, _ = actions.deliver(proposal_or_404(request, key, write=True), how=request.POST.get("how", "mail"), words=request.POST.get("words", ""),
                             by=request.user.actor, at=now())  # fmt: skip
    return back(request, f"/proposals/{row.id}/", "Sent; it stays as it is now")


@require_POST
@page
def view(request: HttpRequest, key: UUID) -> HttpResponse:
    """Somebody says that they looked at it."""
    row = proposal_life.viewed(proposal_or_404(request, key, write=True), words=request.POST.get("words", ""), by=request.user.actor, at=now())
    return back(request, f"/proposals/{row.id}/", "Written down")


@require_POST
@page
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """What they said to it."""
    row = proposal_life.answer(proposal_or_404(request, key, write=True), request.POST.get("answer", ""), words=request.POST.get("words", ""),
                               timeline_agreed=True if "timeline" in request.POST else None, by=request.user.actor, at=now())  # fmt: skip
    return back(request, f"/proposals/{row.id}/", "Their answer is kept")


@require_POST
@page
def timeline(request: HttpRequest, key: UUID) -> HttpResponse:
    """The timeline in it is agreed, or open again."""
    row = proposal_or_404(request, key, write=True)
    proposal_life.agree_timeline(row, request.POST.get("agreed") == "yes", by=request.user.actor, at=now())
    return back(request, f"/proposals/{row.id}/", "Kept")


@require_POST
@page
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """It is taken back."""
    row = proposal_or_404(request, key, write=True)
    proposal_life.end(row, "withdrawn", reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return back(request, f"/proposals/{row.id}/", "Withdrawn")


@require_POST
@page
def revise(request: HttpRequest, key: UUID) -> HttpResponse:
    """A further version of it."""
    made = actions.revise(proposal_or_404(request, key, write=True), by=request.user.actor, at=now())
    return back(request, f"/proposals/{made.id}/", f"Version {made.version} is yours to change")


@require_GET
@page
@proved
def paper(request: HttpRequest, key: UUID, form: str) -> HttpResponse:
    """The proposal as a PDF or one HTML file, with its hash in the foot. That it left is noted."""
    from rounds.documents.pdf import pdf

    row = proposal_or_404(request, key)
    exports.need_to_take(request.user, 1)
    at, deal = now(), row.opportunity
    text = html(row.title, deal.account.name, row.body["sections"], version=row.version, expires=row.expires_on, content_hash=row.content_hash,
                made=at, draft=row.state == "draft")  # fmt: skip
    audit.note_file("proposal.export", by=request.user.actor, at=at, kind="proposal", subject=row.id, form=form, ids=[row.id],
                    accounts=exports.with_its_unit(deal.account), scope=request.scope.hash, detail={"hash": row.content_hash})  # fmt: skip
    body, kind = (pdf(text), "application/pdf") if form == "pdf" else (text.encode(), "text/html; charset=utf-8")
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": attachment(f"{row.title} v{row.version}.{form}")})
