"""Routing: who gets a lead. One (`route`), many as a set (`route_many`), by hand (`give`), and the way back.

`one` and `many` ask rules/routing/assignment.py, `keeping` writes down what came of it, `giving` is the hand of a person.
"""

from rounds.actions.leads.routing.giving import OwnerAway, accept, decline, give
from rounds.actions.leads.routing.many import Chosen, choose_many, keep_many, route_many, together, waiting
from rounds.actions.leads.routing.one import choose, keep, route

__all__ = [
    "Chosen",
    "OwnerAway",
    "accept",
    "choose",
    "choose_many",
    "decline",
    "give",
    "keep",
    "keep_many",
    "route",
    "route_many",
    "together",
    "waiting",
]
