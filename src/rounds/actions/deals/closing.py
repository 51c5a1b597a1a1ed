"""How a deal ends: won or lost, and what ends with it (PIPE-14, PIPE-22)."""

from __future__ import annotations

from datetime import date, datetime

from rounds.actions.deals import closing_parts
from rounds.actions.deals.competitors import meet
from rounds.actions.deals.entering import Why, enter
from rounds.actions.deals.passing import ReasonMissing, legal, moment, pass_gate, title, words_of
from rounds.actions.deals.telling import DealRefused, locked, tell
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.models import Competitor, Opportunity, StageSignal
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day, house_zone
from rounds.playbook.shapes.closing import LostReason
from rounds.rules.pipeline.moves import Move
from rounds.rules.routing.recycle import months_after

LOST = "opportunity.lost"


@phi.texts("reason", "passing")
def win(deal: Opportunity, *, by: Actor, at: datetime, reason: str = "", passing: str = "",
        entered_at: datetime | None = None) -> Opportunity:  # fmt: skip
    """Close a deal as won. The contract and, with patient data, the BAA are there, whoever asks.

    Effects: those of entering.enter; what is open below the deal ends (closing_parts), the owner is told what; the
    events opportunity.stage_changed and opportunity.won. Raises what stages.move raises.
    """
    with deed(by):
        deal = locked(deal)
        step = legal(deal, active().playbook.stages.ending("won"), at=at)
        end_won(deal, step, Why(reason=reason.strip()[:2000]), passing, entered_at, by=by, at=at)
    return deal


def end_won(deal: Opportunity, step: Move, why: Why, passing: str, entered_at: datetime | None, *, by: Actor, at: datetime) -> None:
    """`win` for a locked deal, whatever led there. Runs inside the caller's deed; effects and refusals as there."""
    gate = pass_gate(deal, step, reason=why.reason, passing=passing, by=by)
    when = moment(deal, entered_at, by=by, at=at)
    enter(deal, step, gate, Why(why.cause, why.event, why.reason, words_of(gate, passing)), entered_at=when, by=by, at=at)
    deal.close_on = house_day(when)
    deal.save(update_fields=["close_on"])
    _end(deal, won=True, said={"amount_cents": deal.amount_cents, "currency": deal.currency}, by=by, at=at)


@phi.texts("note")
def lose(deal: Opportunity, *, reason: str, by: Actor, at: datetime, note: str = "", competitor: Competitor | None = None,
         entered_at: datetime | None = None) -> Opportunity:  # fmt: skip
    """Close a deal as lost, with a reason of the list; lost to competition names the competitor.

    Effects: those of entering.enter, the O10 signal, lost_reason, when it is asked again (recycle_on), the competitor
    marked as the winner; what is open below the deal ends, the owner is told what; the events opportunity.stage_changed
    and opportunity.lost. Raises ReasonMissing, DealRefused (422), StageNotNext.
    """
    listed = _listed(reason, note, competitor)
    with deed(by):
        deal = locked(deal)
        step = legal(deal, active().playbook.stages.ending("lost"), at=at)
        when = moment(deal, entered_at, by=by, at=at)
        if competitor is not None:
            there = deal.competitors.filter(competitor=competitor).first()
            meet(deal, competitor, status=there.status if there else "present", note=there.note if there else "", won=True, by=by, at=at)
        deal.lost_reason, deal.lost_note = listed.reason, note.strip()[:2000]
        deal.recycle_on = _again(when) if listed.recycle else None
        deal.save(update_fields=["lost_reason", "lost_note", "recycle_on"])
        StageSignal.objects.get_or_create(
            opportunity=deal, kind=LOST, on=house_day(at),
            defaults={"stage": step.now, "outcome": "advanced", "says": listed.title, **signature(by, at)},
        )  # fmt: skip
        enter(deal, step, None, Why(reason=listed.title), entered_at=when, by=by, at=at)
        said = {"reason": listed.reason, "competitor": competitor.name if competitor else "", "note": deal.lost_note,
                "recycle_on": deal.recycle_on and deal.recycle_on.isoformat()}  # fmt: skip
        _end(deal, won=False, said=said, by=by, at=at)
    return deal


def _listed(reason: str, note: str, competitor: Competitor | None) -> LostReason:
    """The reason of the list. Raises ReasonMissing (422), DealRefused (422)."""
    known = active().playbook.closing.lost.by_code
    if reason not in known:
        raise ReasonMissing(f"Say why, with a reason of the list: {', '.join(one.title for one in known.values())}.")
    listed = known[reason]
    if listed.needs == "competitor" and competitor is None:
        raise DealRefused(f"“{listed.title}”: say to whom.", field="competitor")
    if listed.needs == "words" and not note.strip():
        raise DealRefused(f"“{listed.title}” needs a few words of your own.", field="note")
    return listed


def _again(when: datetime) -> date:
    """When a lost deal is asked again: the months of routing/recycle.yaml."""
    return months_after(when.astimezone(house_zone()), active().playbook.recycle.recycle.after_months).date()


def _end(deal: Opportunity, *, won: bool, said: dict, by: Actor, at: datetime) -> None:
    """What every end has: what is open below the deal ends, it is told, and the owner hears what that was."""
    cancelled = closing_parts.end_all(deal, won=won, by=by, at=at)
    kind = "opportunity.won" if won else LOST
    detail = {name: value for name, value in said.items() if name not in ("note", "competitor")}
    tell(kind, deal, {**said, "cancelled": cancelled}, by=by, at=at, detail={**detail, "cancelled": len(cancelled)})
    body = "Ended with it: " + "; ".join(cancelled) if cancelled else "Nothing was left open."
    notify([deal.owner], kind="deal.closed", title=f"{deal.name}: {title(deal.stage)}", body=body, url=f"/opportunities/{deal.id}/",
           account=deal.account_id, group=f"closed:{deal.id}", by=by, at=at)  # fmt: skip
