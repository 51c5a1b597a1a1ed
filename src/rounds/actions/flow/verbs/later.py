"""Deeds whose rooms do not exist yet. An automation may name them; they are recorded as waiting, never as done."""

from __future__ import annotations

from rounds.actions.flow.verbs.verb import not_built

not_built("message.send", "send an e-mail", "the composer and its templates", "record")
not_built("sequence.enrol", "enrol in a sequence", "sequences", "lead")
not_built("sequence.stop", "stop a sequence", "sequences", "record")
not_built("plan.create", "create a plan", "plans", "record")
not_built("meeting.schedule", "schedule a meeting", "calendars", "record")
not_built("report.generate", "generate a report", "the report archive")
not_built("forecast.update", "update the forecast", "the forecast")
not_built("competitors.watch", "look at the competitors", "competitor intelligence")
not_built("territory.analyse", "analyse the territories", "territory analysis")
not_built("win_loss.prepare", "prepare the win/loss review", "win/loss reviews")
not_built("training.assess", "assess training needs", "training")
not_built("resources.plan", "update the resource plan", "resource planning")
not_built("meeting.prepare", "prepare meetings", "calendars")
