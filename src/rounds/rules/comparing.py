"""What if: two playbooks over one table, and how many records change their verdict (LEAD-23)."""

from __future__ import annotations

from typing import Any

from rounds.playbook import Playbook

VERDICT = {
    "tiers/abm": "tier",
    "routing/territory": "territory",
    "routing/segment": "segment",
    "routing/role": "owner_role",
}
"""The column each rule is compared by; scoring rules are compared by band."""


def compared(before: Playbook, after: Playbook, rule: str, table: Any, verdict: str | None = None) -> Any:
    """`table` with `before` and `after`: the verdict of `rule` under either playbook. Nothing else is kept of it
    but its own columns. `verdict` names another column than VERDICT's (such as `fit_grade` or `total`)."""
    from rounds.rules.asking import columns

    name = verdict or VERDICT.get(rule, "band")
    options = {"outputs": [name]} if rule.startswith("scoring/") else {}
    first = columns(before, rule, table, **options)
    both = columns(after, rule, first.rename(before=name), **options)
    return both.rename(after=name)


def matrix(before: Playbook, after: Playbook, rule: str, table: Any, verdict: str | None = None) -> Any:
    """One row for each pair that occurs: `before`, `after`, `records`; a table expression, largest change first."""
    import ibis

    both = compared(before, after, rule, table, verdict)
    return (
        both.group_by(["before", "after"]).agg(records=both.count()).order_by(ibis.desc("records"), "before", "after")
    )
