"""Deeds about what stands in the market already: whether a new lead is there twice (LEAD-31)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, done, verb
from rounds.actions.market import duplicates
from rounds.kit.actor import Actor


@verb("lead.find_duplicates", says="look whether the lead is there already", needs="lead")
def find_duplicates(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Compare the lead with those near it; what may be the same waits on the page of duplicates, nothing is merged."""
    found = duplicates.look_at(context.lead, by=by, at=at)
    if not found:
        return done("nobody like it is there")
    return done(f"may be there {'twice' if len(found) == 1 else f'{len(found) + 1} times'}: {found[0].points} of 100 points", pair=found[0].id)
