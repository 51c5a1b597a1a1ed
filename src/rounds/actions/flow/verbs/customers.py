"""Deeds of customers: the weekly check of health, the look for what they could use next."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.customers import expansions, health
from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, done, verb
from rounds.kit.actor import Actor


@verb("health.check", says="check customer health", emits=("customer.health_checked",))
def check(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Check every customer; a fall of more than the playbook's points is told."""
    count, alarms = health.check_all(by=by, at=at)
    return done(f"{count} customers checked, {alarms} alarms" if count else "there are no customers yet")


@verb("upsell.find", says="look for what customers could use next", emits=("customer.expansion_found",))
def find(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Look at every live customer."""
    count = expansions.find(by=by, at=at)
    return done(f"{count} ideas found" if count else "nothing new")
