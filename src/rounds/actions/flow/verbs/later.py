"""Deeds whose rooms do not exist yet. An automation may name them; they are recorded as waiting, never as done."""

from __future__ import annotations

from rounds.actions.flow.verbs.verb import not_built

not_built("message.send", "send an e-mail", "the composer and its templates", "record")
not_built("plan.create", "create a plan", "plans", "record")
not_built("competitors.watch", "look at the competitors", "competitor intelligence")
