"""A step of approval that goes elsewhere: handed to somebody who stands in, or opened further up when nobody answers."""

from __future__ import annotations

from datetime import datetime

from rounds.access.allowed import NotAllowed
from rounds.actions.deals.approval_steps import opened, people_for, shut, steps_of
from rounds.actions.deals.approvals import NotYourStep, StepOver, person_of, why_not
from rounds.actions.deals.below import tell
from rounds.actions.deals.quote_sums import locked
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import action_links, audit, phi
from rounds.kit.actor import Actor
from rounds.models import QuoteApproval, User
from rounds.models.flow.active import active


@phi.texts("why")
def hand(step: QuoteApproval, to: User, *, why: str = "", by: Actor, at: datetime) -> QuoteApproval:
    """Hand an open step to somebody else of the roles that may stand in; whoever could decide it may, and whom it lies with.

    Effects: the step, its task, a notice, the event quote.approval_handed, an audit entry. Raises NotYourStep (403),
    StepOver (409), NotAllowed (403) where `to` cannot decide it either.
    """
    person = person_of(by)
    seen = steps_of(step.quote, step.round)
    if step.asked_id != person.pk and (reason := why_not(seen, next(one for one in seen if one.pk == step.pk), person)):
        raise NotYourStep(reason)  # before anything is held
    with deed(by):
        quote = locked(step.quote)
        steps = steps_of(quote, step.round)
        mine = next(one for one in steps if one.pk == step.pk)
        if mine.decision or mine.voided_at or mine.opened_at is None:
            raise StepOver
        if mine.asked_id != person.pk and (reason := why_not(steps, mine, person)):
            raise NotYourStep(reason)
        level = active().playbook.discounts.approvals.levels[mine.level]
        if to.role not in level.stands_in or not to.is_active:
            raise NotAllowed(f"{to.name} does not stand in for {level.title}; choose somebody who does.")
        if str(to.pk) in {str(mine.by_id), *(str(one.decided_by_id) for one in steps if one.decided_by_id)}:
            raise NotAllowed(f"{to.name} asked for it or decided an earlier step; the next one is another person's.")
        shut(mine, outcome=f"handed to {to.name}", by=by, at=at)
        action_links.end(mine.id, at=at)
        mine.handed_by_name, mine.handed_why = by.name, why.strip()[:500]
        opened(quote, mine, steps, to=to, by=by, at=at)
        tell("quote.approval_handed", quote, {"name": quote.name, "level": mine.level, "to": str(to.pk), "to_name": to.name, "reason": why[:500]}, by=by, at=at)
        audit.note("quote.hand_on", by=by, at=at, kind="quote", subject=quote.id, detail={"level": mine.level, "to": str(to.pk)})
    return mine


def escalate(step: QuoteApproval, *, by: Actor, at: datetime) -> bool:
    """Nobody answered in time: whoever stands above may decide as well, and is told once. Whether it was so.

    Effects: escalated_at, a notice, the event quote.approval_escalated, an audit entry.
    """
    with deed(by):
        quote = locked(step.quote)
        row = QuoteApproval.objects.get(pk=step.pk)
        if row.decision or row.voided_at or row.escalated_at or row.due_at is None or row.due_at > at:
            return False
        row.escalated_at = at
        row.save(update_fields=["escalated_at"])
        levels = active().playbook.discounts.approvals.levels
        code = levels[row.level].escalates_to or row.level
        people = [person for person in people_for(code) if person.pk not in (row.by_id, row.asked_id)]
        notify(people, kind="approval.asked", title=f"Nobody answered: {row.effective_bp / 100:g} % on {quote.name}", url=f"/quotes/{quote.id}/",
               account=quote.opportunity.account_id, subject=row, by=by, at=at)  # fmt: skip
        tell("quote.approval_escalated", quote, {"name": quote.name, "level": row.level, "to": code, "to_name": levels[code].title}, by=by, at=at)
        audit.note("quote.escalate", by=by, at=at, kind="quote", subject=quote.id, detail={"level": row.level, "to": code})
        return True
