"""Routing: who gets a lead. One (`route`), many as a set (`route_many`), by hand (`give`), and the way back.

`one` and `many` ask rules/routing/assignment.py, `keeping` writes down what came of it, `giving` is the hand of a person.
"""

from rounds.actions.leads.routing.giving import NotYours, OwnerAway, accept, decline, give
from rounds.actions.leads.routing.keeping import end_open
from rounds.actions.leads.routing.many import Chosen, choose_many, gathering, keep_many, left, route_many, together
from rounds.actions.leads.routing.one import choose, keep, route
from rounds.actions.leads.routing.reassigning import NobodyElse, Preview, preview_reassign, reassign, take_back

__all__ = [
    "Chosen",
    "NobodyElse",
    "NotYours",
    "OwnerAway",
    "Preview",
    "accept",
    "choose",
    "choose_many",
    "decline",
    "end_open",
    "gathering",
    "give",
    "keep",
    "keep_many",
    "left",
    "preview_reassign",
    "reassign",
    "route",
    "route_many",
    "take_back",
    "together",
]
