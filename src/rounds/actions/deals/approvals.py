"""The approval of a discount: asked for, decided one after the other, voided where the offer changes (PRICE-06).

Everything that decides locks the quote first, so two who press at once come one after the other and the second finds
what the first did. Who may decide is said by rules/pricing/approving.py and nowhere else.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max

from rounds.access.roles import role_of
from rounds.actions.deals.approval_steps import names, opened, shut, steps_of
from rounds.actions.deals.below import need_open, tell
from rounds.actions.deals.quote_sums import QuoteClosed, lines_of, locked, look, price_the_deal, say_state
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import action_links, audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Concession, Quote, QuoteApproval, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pricing import approving
from rounds.rules.pricing.cents import bp_of
from rounds.rules.pricing.discount import Check
from rounds.rules.pricing.quote import Sums

DECISIONS = ("approved", "refused")


class NotApproved(Refusal):
    """This quote is not approved as it stands; ask for its approval first."""


class UnderFloor(Refusal):
    """A product would be sold below its price floor."""

    status = 422


class NothingReceived(Refusal):
    """Write down what is received for it first."""

    status = 422


class NotYourStep(Refusal):
    """Somebody else decides this step."""

    status = 403


class StepOver(Refusal):
    """This step was decided, or the quote was changed meanwhile; look at it once more."""


@phi.texts("reason")
def ask(quote: Quote, *, reason: str = "", by: Actor, at: datetime) -> Quote:
    """Have a draft approved as it stands: at once where the matrix asks nobody, else by its steps one after the other.
    One that is asked for already stays as it is.

    Effects: QuoteApproval rows, the state, a task and a notice for whom it lies with, the events quote.approval_asked
    and quote.state_changed, an audit entry. Raises QuoteClosed, NotApproved (409) where the quote's day is over,
    UnderFloor, NothingReceived (422).
    """
    with deed(by):
        quote = locked(quote)
        need_open(quote.opportunity)
        if quote.state == "asked" or approved(quote, at=at):
            return quote
        if quote.state not in ("draft", "approved"):
            raise QuoteClosed
        if quote.expires_on < house_day(at):
            raise NotApproved("The day of this quote is over: give it a later one first.", field="expires_on")
        sums, check = look(quote, lines_of(quote))
        _fit(quote, sums, check)
        void(quote, why="It was asked for anew.", by=by, at=at)
        tell("quote.approval_asked", quote, {"name": quote.name, "levels": list(check.asks), "effective_percent": check.asked / 100,
                                             "result": check.verdict, "reason": reason[:500]}, by=by, at=at)  # fmt: skip
        if not check.asks:
            return _grant(quote, "Within the guidelines: nobody else is asked.", by=by, at=at)
        number = (quote.approvals.aggregate(top=Max("round"))["top"] or 0) + 1
        steps = [QuoteApproval(quote=quote, opportunity_id=quote.opportunity_id, round=number, position=place, level=level,
                               fingerprint=quote.fingerprint, effective_bp=check.asked, words=reason.strip()[:1000] if place == 0 else "",
                               **signature(by, at)) for place, level in enumerate(check.asks)]  # fmt: skip
        QuoteApproval.objects.bulk_create(steps)
        say_state(quote, "asked", reason=reason, by=by, at=at)
        opened(quote, steps[0], steps, by=by, at=at)
    return quote


def _fit(quote: Quote, sums: Sums, check: Check) -> None:
    """What no approval mends. Raises UnderFloor, NothingReceived."""
    book = active().playbook.discounts
    if check.under_floor and book.floors == "block":
        lines = lines_of(quote)
        low = next(place for place, line in enumerate(sums.lines) if line.under_floor)
        short = sums.lines[low].least_cents - sums.lines[low].paid_cents
        raise UnderFloor(f"{lines[low].title} would go ${short / 100:,.2f} below its price floor over the term: give less, or raise its price.",
                         field="total_bp")  # fmt: skip
    bound = book.concessions.received_above.percent
    if check.asked > bp_of(bound) and not Concession.objects.filter(opportunity_id=quote.opportunity_id, side="received", withdrawn_at=None).exists():
        raise NothingReceived(f"More than {bound} % is given: write down what is received for it first (a longer term, a reference, an earlier signature).",
                              field="received")  # fmt: skip


@phi.texts("words")
def decide(step: QuoteApproval, decision: str, *, words: str = "", by: Actor, at: datetime) -> QuoteApproval:
    """Say yes or no to a step, as the person `by`; a no needs a reason. The same word twice changes nothing.

    Effects: the step, its task; then the next step is opened, or the quote approved or refused, the deal's amount, who
    asked is told; the events quote.approval_decided and quote.state_changed, an audit entry. Raises NotYourStep (403),
    StepOver (409), NothingReceived (422) without a reason.
    """
    if decision not in DECISIONS:
        raise StepOver(f"A step is {' or '.join(DECISIONS)}.")
    person = person_of(by)
    _look_first(step, decision, person)
    with deed(by):
        quote = locked(step.quote)
        steps = steps_of(quote, step.round)
        mine = next(one for one in steps if one.pk == step.pk)
        if mine.decision and mine.decided_by_id == person.pk and mine.decision == decision:
            return mine
        if mine.voided_at or mine.decision or quote.state != "asked" or mine.fingerprint != quote.fingerprint:
            raise StepOver
        why = why_not(steps, mine, person)
        if why:
            raise NotYourStep(why)
        if decision == "refused" and not words.strip():
            raise NothingReceived("Say why not; who asked has to know what to change.", field="words")
        stood = names(steps, mine, person)
        mine.decision, mine.decided_by, mine.decided_at = decision, person, at
        mine.words = words.strip()[:1000] or mine.words
        mine.save(update_fields=["decision", "decided_by", "decided_at", "words"])
        shut(mine, outcome=f"{decision} by {by.name}", by=by, at=at)
        tell("quote.approval_decided", quote, {"name": quote.name, "level": mine.level, "decision": decision, "instead_of": stood,
                                               "reason": words.strip()[:500]}, by=by, at=at)  # fmt: skip
        audit.note("quote.decide", by=by, at=at, kind="quote", subject=quote.id, detail={"level": mine.level, "decision": decision, "round": mine.round})
        _after(quote, steps, mine, by=by, at=at)
    return mine


def _look_first(step: QuoteApproval, decision: str, person: User) -> None:
    """Whoever may not decide is turned away before anything is held. Raises StepOver, NotYourStep."""
    steps = steps_of(step.quote, step.round)
    mine = next(one for one in steps if one.pk == step.pk)
    if mine.decision and mine.decided_by_id == person.pk and mine.decision == decision:
        return
    if mine.voided_at or mine.decision:
        raise StepOver
    if why := why_not(steps, mine, person):
        raise NotYourStep(why)


def _after(quote: Quote, steps: list[QuoteApproval], mine: QuoteApproval, *, by: Actor, at: datetime) -> None:
    if mine.decision == "refused":
        say_state(quote, "refused", reason=mine.words, by=by, at=at)
    elif all(step.decision == "approved" for step in steps):
        _grant(quote, "Everybody who is asked said yes.", by=by, at=at)
    else:
        opened(quote, next(step for step in steps if not step.decision), steps, by=by, at=at)
        return
    asker = User.objects.filter(pk=mine.by_id).first()
    word = "approved" if quote.state == "approved" else "refused"
    notify([asker] if asker else [], kind="approval.decided", title=f"{quote.name}: {mine.effective_bp / 100:g} % {word}", body=mine.words,
           url=f"/quotes/{quote.id}/", account=quote.opportunity.account_id, by=by, at=at)  # fmt: skip


def _grant(quote: Quote, why: str, *, by: Actor, at: datetime) -> Quote:
    quote.approved_print, quote.approved_until = quote.fingerprint, at + active().playbook.discounts.approvals.good_for.span
    quote.save(update_fields=["approved_print", "approved_until"])
    say_state(quote, "approved", reason=why, by=by, at=at)
    price_the_deal(quote, by=by, at=at, only_estimated=quote.version == 1)
    return quote


def approved(quote: Quote, *, at: datetime) -> bool:
    """Whether the quote is approved as it stands now, and its day is not over."""
    return (quote.state in ("approved", "accepted") and quote.approved_print == quote.fingerprint and quote.approved_until is not None
            and quote.approved_until > at and quote.expires_on >= house_day(at))  # fmt: skip


def need_approved(quote: Quote, *, at: datetime) -> None:
    """Go on only with a quote that is approved as it stands. Raises NotApproved (409), saying what is missing."""
    if approved(quote, at=at):
        return
    if quote.state == "asked":
        raise NotApproved("This quote waits for its approval.")
    if quote.expires_on < house_day(at):
        raise NotApproved(f"This quote stood until {quote.expires_on:%-d %B}: give it a later day and have it approved again.")
    if quote.state == "approved":
        raise NotApproved("The approval of this quote is too old; ask for it again.")
    raise NotApproved


def why_not(steps: list[QuoteApproval], step: QuoteApproval, person: User) -> str:
    """Why `person` cannot decide `step`; "" where they can."""
    known = [approving.Step(one.level, one.decision, str(one.decided_by_id or ""), str(one.asked_id or "") if one.handed_by_name else "",
                            one.escalated_at is not None) for one in steps]  # fmt: skip
    if not person.is_active or role_of(person).audience != "staff":
        return "Only people of this workspace decide."
    return approving.why_not(active().playbook, known, steps.index(step), person=str(person.pk), may=role_of(person).may, asked_by=str(step.by_id or ""))


def person_of(by: Actor) -> User:
    """A person says yes, never a program. Raises NotYourStep."""
    person = User.objects.filter(pk=by.id).first() if by.is_human else None
    if person is None:
        raise NotYourStep("A person decides, with their own name.")
    return person


def void(quote: Quote, *, why: str, by: Actor, at: datetime) -> int:
    """What was said to this quote so far counts no more; how many steps. Called with the quote locked.

    Effects: voided_at, their tasks are dropped, their links are dead, the quote is approved no longer.
    """
    steps = list(QuoteApproval.objects.filter(quote=quote, voided_at=None))
    for step in steps:
        step.voided_at, step.void_why = at, why[:200]
        step.save(update_fields=["voided_at", "void_why"])
        action_links.end(step.id, at=at)
        if not step.decision:
            shut(step, outcome="", why=why, by=by, at=at)
    if quote.approved_print:
        quote.approved_print, quote.approved_until = "", None
        quote.save(update_fields=["approved_print", "approved_until"])
    return len(steps)
