"""Deeds that fill what is known already: the research of a new lead, the committee around it (LEAD-27, AUTO-02)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, done, verb
from rounds.actions.leads.scoring import rescore
from rounds.kit.actor import Actor
from rounds.models import CommitteeSeat, Contact
from rounds.models.facts import facts_of_lead, said_of, standing_answers
from rounds.rules.given import given_for
from rounds.rules.leads.research import topics
from rounds.rules.scoring import score, scorer


@verb("account.research", says="research the account", needs="lead", emits=("lead.scored",))
def research(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Gather what the hospital files and the account say, score with it, and count what is still to be asked."""
    lead, book = context.lead, context.playbook
    rescore(lead, by=by, at=at, cause="account research", quiet=True)
    facts = facts_of_lead(lead, at=at, window_days=None)
    answers = said_of(standing_answers(account=lead.account, lead=lead, at=at))
    model = scorer(book, "lead_fit")
    missing = set(score(model, given_for(book, "lead_fit", facts, answers)).missing)
    found = topics({line.code for line in model.lines}, missing)
    known, whole = sum(len(t.known) for t in found), sum(len(t.known) + len(t.open) for t in found)
    asked = [t.title.lower() for t in found if t.open]
    sentence = f"{known} of {whole} known"
    return done(f"{sentence}; still to ask: {', '.join(asked)}" if asked else sentence, account=lead.account_id)


@verb("stakeholders.identify", says="identify stakeholders", needs="record")
def identify(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Look which groups of the buying committee nobody fills yet: suggestions, no contacts are invented."""
    account = context.account
    if account is None:
        return done("no account yet: the lead itself is the only stakeholder")
    unit = account.buying_unit_id or account.id
    seats = CommitteeSeat.objects.filter(account__buying_unit_id=unit, ended_at=None).values_list("role", flat=True)
    people = Contact.objects.filter(buying_unit_id=unit, left_on=None).values_list("role", flat=True)
    known, roles = len(people), {*seats, *people}
    groups = context.playbook.picklists.contact_role.groups
    empty = [name for name, members in groups.items() if not roles & set(members)]
    said_of_people = f"{known} {'person' if known == 1 else 'people'} known"
    return done(f"{said_of_people}; nobody yet in: {', '.join(empty)}" if empty else f"{said_of_people}; every group has somebody")
