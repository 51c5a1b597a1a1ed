"""What can fill a section: the words of `of:` in numbers/reports.yaml, each a function of what is asked and of the section."""

from __future__ import annotations

from collections.abc import Callable

from rounds.analytics.reports import forecasting, market, outlook, pipeline, trust, work
from rounds.analytics.reports.asked import Asked
from rounds.analytics.reports.content import Filled
from rounds.playbook.shapes.reports import ReportSection

SECTIONS: dict[str, Callable[[Asked, ReportSection], Filled]] = {
    "figures": pipeline.figures, "parts": pipeline.broken_down, "movements": pipeline.movements, "risks": pipeline.risks, "focus": pipeline.focus,
    "slipped": pipeline.slipped, "forecast": forecasting.projections, "since_monday": outlook.since_monday, "recategorised": forecasting.recategorised, "tasks": work.tasks,
    "escalations": work.escalations, "market_share": market.share, "competitors": market.competitors, "decided": market.decided,
    "checks": trust.checks, "audits": trust.audits, "data_handling": trust.data_handling, "access": trust.access, "agreements": trust.agreements,
    "incidents": trust.incidents,
}  # fmt: skip
