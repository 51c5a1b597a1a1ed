"""The concession log of a negotiation: what was given, what was received for it (PRICE-09, PLUS-25)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals.below import need_open, tell
from rounds.actions.deals.quote_lines import MOST
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Concession, Opportunity, Quote
from rounds.models.base import signature
from rounds.models.flow.active import active

SIDES = ("given", "received")


class ConcessionRefused(Refusal):
    """A concession that cannot be kept like this."""

    status = 422


@phi.texts("words")
def log(deal: Opportunity, side: str, kind: str, *, words: str = "", worth_cents: int | None = None, quote: Quote | None = None,
        by: Actor, at: datetime) -> Concession:  # fmt: skip
    """Write down what was `given` or `received`, of a kind of pricing/discounts.yaml, perhaps with what it is worth.

    Effects: Concession, the event concession.logged, an audit entry. Raises ConcessionRefused (422), DealClosed (409).
    """
    if side not in SIDES:
        raise ConcessionRefused("A concession is given or received.", field="side")
    known = getattr(active().playbook.discounts.concessions, side)
    if kind not in known:
        raise ConcessionRefused(f"Choose one of: {', '.join(known)}.", field="kind")
    if worth_cents is not None and not 0 <= worth_cents <= MOST["credit_cents"]:
        raise ConcessionRefused("What it is worth is 0 or more.", field="worth_cents")
    if quote is not None and quote.opportunity_id != deal.pk:
        raise ConcessionRefused("That quote is of another deal.", field="quote")
    need_open(deal)
    with deed(by):
        row = Concession.objects.create(opportunity=deal, quote=quote, side=side, kind=kind, worth_cents=worth_cents,
                                        words=words.strip()[:1000], **signature(by, at))  # fmt: skip
        tell("concession.logged", row, {"side": side, "kind": kind, "worth_cents": worth_cents, "text": row.words[:500]}, by=by, at=at)
        audit.note("concession.log", by=by, at=at, kind="concession", subject=row.id, detail={"side": side, "kind": kind})
    return row


@phi.texts("reason")
def withdraw(row: Concession, *, reason: str = "", by: Actor, at: datetime) -> Concession:
    """It was not so. Effects: withdrawn_at, the event concession.withdrawn, an audit entry; the second time nothing."""
    with deed(by):
        if Concession.objects.filter(pk=row.pk, withdrawn_at=None).update(withdrawn_at=at):
            tell("concession.withdrawn", row, {"side": row.side, "kind": row.kind, "reason": reason[:500]}, by=by, at=at)
            audit.note("concession.withdraw", by=by, at=at, kind="concession", subject=row.id)
        row.refresh_from_db()
    return row
