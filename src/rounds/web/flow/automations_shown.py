"""How automations are shown: the words of their states, the groups of the list, the lines of their file."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from rounds.analytics.flow.automations import Line
from rounds.models import AutomationRun
from rounds.playbook import Playbook
from rounds.rules.automation import outcomes
from rounds.rules.automation.words import deed_words, start_words, step_words
from rounds.web.flow.playbook_shown import coloured

STATES: dict[str, tuple[str, str, str]] = {
    "running": ("Running", "accent", "loader"), "planned": ("Planned", "plain", "clock"), "delayed": ("Delayed", "plain", "clock"),
    "retrying": ("Tried again", "soon", "rotate-ccw"), "done": ("Done", "ok", "circle-check"), "refused": ("Refused", "soon", "ban"),
    "waiting": ("Waiting", "plain", "hourglass"), "failed": ("Failed", "late", "circle-x"), "skipped": ("Skipped", "plain", "skip-forward"),
    "unmet": ("Not met", "plain", "minus"),
}  # fmt: skip
"""State of a run or step → its word, the kind of its tag, its icon."""


def listed(lines: list[Line]) -> list[dict[str, Any]]:
    """The list in groups: each line with what starts it and its deeds."""
    return [{"name": name, "lines": [(line, start_words(line.automation), ", ".join(step.title for step in line.automation.then)) for line in some]}
            for name, some in groupby(lines, key=lambda line: line.automation.group)]  # fmt: skip


def titled(lines: list[Line], unstarted: int = 0) -> str:
    """The finding of the list."""
    if unstarted:
        return f"{unstarted} {'event' if unstarted == 1 else 'events'} started no automation: the work failed before it began"
    failed = [line for line in lines if line.failed]
    if failed:
        count = sum(line.failed for line in failed)
        return f"{count} {'run' if count == 1 else 'runs'} failed this week: {', '.join(line.automation.title for line in failed[:3])}"
    today = sum(line.today for line in lines)
    if today:
        return f"{today} {'run' if today == 1 else 'runs'} today, none failed"
    return f"{sum(line.on for line in lines)} automations are on, nothing ran today"


def sourced(book: Playbook, code: str) -> dict[str, Any]:
    """The words of an automation and the lines of its file."""
    file = f"automations/{code}.yaml"
    return {"file": file, "source": coloured(book.files[file]), "starts": start_words(book.automations[code]), "deeds": [step_words(step) for step in book.automations[code].then],
            "from_line": book.line(file, "when")}  # fmt: skip


def of_run(run: AutomationRun) -> dict[str, Any]:
    """A run with its steps, each with its state's words and what its deed is."""
    steps = list(run.steps.order_by("position"))
    again = [step for step in steps if step.state in outcomes.REPLAYED or step.outcome.endswith("stopped it")]
    failed = next((step for state in (outcomes.FAILED, outcomes.REFUSED) for step in steps if step.state == state), None)
    return {"run": run, "word": STATES[run.state], "finding": _finding(run, len(steps), failed), "again": len(again),
            "steps": [(step, STATES[step.state], deed_words(step.verb)) for step in steps],
            "led_to": list(run.led_to.order_by("started_at")[:20])}  # fmt: skip


def _finding(run: AutomationRun, steps: int, failed: Any) -> str:
    if failed is not None and run.state != "running":
        return f"{run.title}: step {failed.position + 1} of {steps} {'failed' if failed.state == outcomes.FAILED else 'was refused'}"
    return {"unmet": f"{run.title} did not run: its conditions did not hold", "refused": f"{run.title} was refused",
            "running": f"{run.title} is running", "waiting": f"{run.title}: done, and a part of it waits"}.get(run.state, f"{run.title} is done")  # fmt: skip
