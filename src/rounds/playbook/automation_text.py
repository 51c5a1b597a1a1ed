"""The text of an automation's file from what it says: keys in the order one reads them, a step a line, as the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

STARTER = """automation: my_automation
title: What it is for
added: true
enabled: true
when: {event: lead.captured}
if: {ask: beds, at_least: 500}
then:
  - {do: task.create, title: A call, said: {title: Call them, due: {hours: 4}}}
"""
"""What somebody who writes the text begins with."""


def automation_text(said: Mapping[str, Any]) -> str:
    """The file of an automation: `said` as the shape `Automation` has it, under the names the file uses (if, is, for)."""
    lines = [f"{key}: {_flow(said[key])}" for key in ("automation", "title", "group", "added", "enabled", "when", "if") if said.get(key) not in (None, "")]
    return "\n".join([*lines, "then:", *(f"  - {_flow(step)}" for step in said["then"])]) + "\n"


def _flow(value: Any) -> str:
    """A value on one line."""
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=100_000).removesuffix("...\n").strip()
