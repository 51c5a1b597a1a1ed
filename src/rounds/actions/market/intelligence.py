"""Account intelligence: noted with its source and date (ACCT-18)."""

from __future__ import annotations

from datetime import date, datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.market import signals
from rounds.actions.market.scoring import rescore_leads_of
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Intelligence
from rounds.models.base import signature
from rounds.models.flow.days import house_day

AREAS = ("business", "operational", "technology", "stakeholder")


class IntelligenceRefused(Refusal):
    """An entry that cannot be kept as it is."""

    status = 422


@phi.texts("topic", "text", "source", needed=("text", "source"))
def note(
    account: Account, *, area: str, topic: str, text: str, source: str, as_of: date, confidence: float, by: Actor,
    at: datetime,
) -> Intelligence:  # fmt: skip
    """Keep one piece of intelligence. Effects: Intelligence, intelligence.noted, an audit entry; news of size,
    technology or budget is a signal in the log, and their open leads are scored anew."""
    if area not in AREAS:
        raise IntelligenceRefused(f"area must be one of: {', '.join(AREAS)}.", field="area")
    if not text.strip() or not source.strip():
        raise IntelligenceRefused("Say what is known and where it comes from.", field="text" if source else "source")
    if not 0 <= confidence <= 1:
        raise IntelligenceRefused("confidence runs from 0 to 1.", field="confidence")
    if as_of > house_day(at):
        raise IntelligenceRefused("as of cannot lie in the future.", field="as_of")
    with deed(by):
        row = Intelligence.objects.create(
            account=account, area=area, topic=topic.strip(), text=text.strip(), source=source.strip(), as_of=as_of,
            confidence=confidence, **signature(by, at),
        )  # fmt: skip
        events.record("intelligence.noted", {"area": area, "topic": topic, "source": source}, by=by, at=at,
                      account=account.id, subject=row.id)  # fmt: skip
        if signals.noted(account, row.topic, as_of, by=by, at=at):
            rescore_leads_of(account, by=by, at=at, cause=f"news of {account.name}: {row.topic}")
        audit.note("intelligence.note", by=by, at=at, kind="intelligence", subject=row.id, detail={"area": area})
    return row
