"""All checks in the order of the playbook, and what their outcomes come to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from rounds.analytics.trust.checks import access, agreements, audit, data, encryption, readiness
from rounds.analytics.trust.checks.finding import Finding, Look, unknown
from rounds.playbook.shapes.keeping import Check

log = logging.getLogger("rounds.checks")

CHECKS: dict[str, Callable[[Look], Finding]] = {
    **encryption.CHECKS, **audit.CHECKS, **access.CHECKS, **agreements.CHECKS, **data.CHECKS, **readiness.CHECKS,
}  # fmt: skip
"""The code of a check in trust/checks.yaml → what looks."""


def run(look: Look) -> dict[str, Any]:
    """Every check of the playbook: {"results", "passed", "failed", "unknown", "compliant"}, as CheckRun keeps them.

    A check that cannot be made is unknown, with the reason; so is one this version does not have.
    """
    results = [_one(code, check, look) for code, check in look.playbook.checks.checks.items()]
    count = {word: sum(one["outcome"] == word for one in results) for word in ("pass", "fail", "unknown")}
    return {"results": results, "passed": count["pass"], "failed": count["fail"], "unknown": count["unknown"],
            "compliant": compliant(results)}  # fmt: skip


def compliant(results: list[dict[str, Any]]) -> bool:
    """Whether everything that stops the house, and everything critical, is known to hold. How many of the rest hold is
    another figure, and no rate makes up for one of these (C-36, PLUS-33)."""
    return bool(results) and all(one["outcome"] == "pass" for one in results if one["stops"] or one["severity"] == "critical")


def _one(code: str, check: Check, look: Look) -> dict[str, Any]:
    found = _looked(code, look)
    return {"check": code, "title": check.title, "group": check.group, "severity": check.severity, "stops": check.stops,
            "rule": check.rule, **found.plain()}  # fmt: skip


def _looked(code: str, look: Look) -> Finding:
    if code not in CHECKS:
        return unknown("This version of Rounds has no such check.")
    try:
        with transaction.atomic():  # a check that fails inside the database spoils no other
            return CHECKS[code](look)
    except Exception as error:  # what cannot be looked at is not known to hold
        log.exception("The check %s could not be made.", code)
        return unknown(f"The check could not be made ({type(error).__name__}); the worker's log says why.")
