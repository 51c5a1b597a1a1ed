"""The register of agreements: who touches patient data, and which BAA is in force with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import may, need
from rounds.access.scope import visible
from rounds.actions.trust import agreements, audit
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, Baa, Counterparty
from rounds.models.flow.active import active
from rounds.models.search import ids_of_words
from rounds.rules import agreements as rules
from rounds.web.proof import sensitive
from rounds.web.trust.frame import day_of, frame

FIELDS = ("name", "kind", "account", "account_words", "touches_phi", "why", "version", "effective_on", "expires_on", "scope",
          "subcontractors")  # fmt: skip
WORDS = {"unsigned": "Not signed", "coming": "Not begun", "in_force": "In force", "ending": "Ending", "ran_out": "Ran out",
         "ended": "Ended"}  # fmt: skip
LAST = {"none": 0, "ran_out": 0, "ended": 0, "unsigned": 1, "coming": 1, "ending": 2, "in_force": 3}


@require_http_methods(["GET", "POST"])
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """GET: everybody, those without cover first. POST: add a counterparty."""
    need(request.user, "compliance.read")
    given, error = {name: request.POST.get(name, request.GET.get(name, ""))[:2000] for name in FIELDS}, None
    if request.method == "POST":
        need(request.user, "compliance.manage")
        try:
            party = _add(request, given)
            return redirect(f"/trust/agreements/{party.id}/")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            error = refusal
    else:
        audit.note_read("agreements.read", by=request.user.actor, at=now())
    said = {**frame(request, "Agreements"), **_register(), "given": given, "error": error,
            "manages": may(request.user, "compliance.manage"), "found": _accounts(request, given["account_words"])}  # fmt: skip
    return render(request, "trust/agreements.html", said, status=422 if error else 200)


def _register() -> dict[str, Any]:
    on, told = agreements.day(now()), active().playbook.agreements.baa_told_before.days
    parties = Counterparty.objects.prefetch_related("baas").order_by("name")
    rows = sorted((row_of(party, on, max(told)) for party in parties if party.ended_at is None),
                  key=lambda row: (not row["needs"], not row["party"].touches_phi, row["rank"], row["days"] if row["days"] is not None else 10**6))  # fmt: skip
    return {"rows": rows, "bare": [row for row in rows if row["needs"]], "told": told, "urgent": min(told),
            "ended": [party for party in parties if party.ended_at is not None]}  # fmt: skip


def row_of(party: Counterparty, on: Any, soon: int) -> dict[str, Any]:
    """One line of the register: the agreement that speaks for the party, its word, the days left."""
    baas = list(party.baas.all())
    baa = rules.effective(baas, on) or max(baas, key=lambda one: (one.signed_on is None, one.at), default=None)
    stands = rules.standing(baa, on, soon) if baa else None
    word = stands.word if stands else "none"
    return {"party": party, "baa": baa, "word": WORDS.get(word, "No agreement"), "state": word, "rank": LAST[word],
            "days": stands.days if stands else None, "last": rules.last_day(baa) if baa else None,
            "needs": party.touches_phi and not (stands and stands.holds)}  # fmt: skip


def _accounts(request: HttpRequest, words: str) -> list[Account]:
    if not words.strip():
        return []
    return list(visible(Account, request.scope).filter(pk__in=ids_of_words(words, "account", most=50))[:8])


def _add(request: HttpRequest, given: dict[str, str]) -> Counterparty:
    account = None
    if given["kind"] == "customer":
        try:
            account = visible(Account, request.scope).filter(pk=UUID(given["account"])).first()
        except ValueError:
            account = None
    return agreements.add(given["name"], given["kind"], account=account, touches_phi=given["touches_phi"] == "yes",
                          why=given["why"], by=request.user.actor, at=now())  # fmt: skip


@require_GET
@sensitive
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One counterparty: its versions, and the forms to add, sign and end one."""
    need(request.user, "compliance.read")
    return _one(request, _party(key))


def _one(request: HttpRequest, party: Counterparty, error: Refusal | None = None) -> HttpResponse:
    on, soon = agreements.day(now()), agreements.soon()
    versions = [{"baa": baa, "stands": rules.standing(baa, on, soon), "last": rules.last_day(baa)} for baa in party.baas.order_by("-at")]
    for row in versions:
        row["word"] = WORDS[row["stands"].word]
    given = {name: request.POST.get(name, "") for name in FIELDS}
    said = {**frame(request, "Agreements"), "party": party, "versions": versions, "error": error, "given": given, "on": on,
            "row": row_of(party, on, soon), "manages": may(request.user, "compliance.manage")}  # fmt: skip
    return render(request, "trust/agreement.html", said, status=error.status if error else 200)


@require_POST
@sensitive
def versions(request: HttpRequest, key: UUID) -> HttpResponse:
    """Add a version, not yet signed."""
    need(request.user, "compliance.manage")
    party, said = _party(key), request.POST
    return _done(request, party, lambda by: agreements.draft(
        party, said.get("version", ""), effective_on=day_of(said.get("effective_on", ""), "effective_on"),
        expires_on=day_of(said.get("expires_on", ""), "expires_on"), scope=said.get("scope", ""),
        subcontractors=said.get("subcontractors", "").split(","), **by))  # fmt: skip


@require_POST
@sensitive
def signing(request: HttpRequest, key: UUID, baa: UUID) -> HttpResponse:
    """Say on which day a version was signed."""
    need(request.user, "compliance.manage")
    row = _baa(key, baa)
    return _done(request, row.counterparty, lambda by: agreements.sign(row, _on(request), **by))


@require_POST
@sensitive
def ending(request: HttpRequest, key: UUID, baa: UUID) -> HttpResponse:
    """End a version; the day said is its last."""
    need(request.user, "compliance.manage")
    row, why = _baa(key, baa), request.POST.get("why", "")
    return _done(request, row.counterparty, lambda by: agreements.terminate(row, _on(request), why=why, **by))


@require_POST
@sensitive
def closing(request: HttpRequest, key: UUID) -> HttpResponse:
    """The relation is over: no agreement is needed any more."""
    need(request.user, "compliance.manage")
    agreements.end(_party(key), by=request.user.actor, at=now())
    return redirect("/trust/agreements/")


def _done(request: HttpRequest, party: Counterparty, act: Callable[[dict[str, Any]], Any]) -> HttpResponse:
    """Do it and show the counterparty; what was typed wrong is said on its page."""
    try:
        act({"by": request.user.actor, "at": now()})
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _one(request, party, refusal)
    return redirect(f"/trust/agreements/{party.id}/")


def _on(request: HttpRequest) -> date:
    """The day said, else today."""
    return day_of(request.POST.get("on", ""), "on") or agreements.day(now())


def _party(key: UUID) -> Counterparty:
    party = agreements.party_of(key)
    if party is None:
        raise Http404
    return party


def _baa(key: UUID, baa: UUID) -> Baa:
    row = Baa.objects.select_related("counterparty").filter(pk=baa, counterparty=key).first()
    if row is None:
        raise Http404
    return row
