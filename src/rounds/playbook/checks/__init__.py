"""Checks for sense: what a playbook of the right shape can still get wrong."""

from __future__ import annotations

from rounds.playbook.book import Playbook
from rounds.playbook.checks.access import access_findings
from rounds.playbook.checks.account_tiers import tier_findings
from rounds.playbook.checks.assignment import assignment_findings
from rounds.playbook.checks.automations import automation_findings
from rounds.playbook.checks.customers import customer_findings
from rounds.playbook.checks.days import day_findings
from rounds.playbook.checks.duplicates import duplicate_findings
from rounds.playbook.checks.forecast import forecast_findings
from rounds.playbook.checks.handing import handing_findings
from rounds.playbook.checks.keeping import keeping_findings
from rounds.playbook.checks.kpis import kpi_findings
from rounds.playbook.checks.legal import legal_findings
from rounds.playbook.checks.life import life_findings
from rounds.playbook.checks.measures import measure_findings
from rounds.playbook.checks.notices import notice_findings
from rounds.playbook.checks.pipeline import pipeline_findings
from rounds.playbook.checks.poc import poc_findings
from rounds.playbook.checks.pricing import pricing_findings
from rounds.playbook.checks.reaching import reaching_findings
from rounds.playbook.checks.reports import report_findings
from rounds.playbook.checks.rooms import room_findings
from rounds.playbook.checks.routing import routing_findings
from rounds.playbook.checks.scoring import scoring_findings
from rounds.playbook.checks.tended import tended_findings
from rounds.playbook.checks.trust import trust_findings
from rounds.playbook.checks.words import word_findings
from rounds.playbook.finding import Finding, by_line

CHECKS = (
    scoring_findings,
    tier_findings,
    routing_findings,
    assignment_findings,
    day_findings,
    life_findings,
    pipeline_findings,
    legal_findings,
    handing_findings,
    poc_findings,
    tended_findings,
    room_findings,
    pricing_findings,
    automation_findings,
    access_findings,
    keeping_findings,
    notice_findings,
    trust_findings,
    word_findings,
    duplicate_findings,
    customer_findings,
    measure_findings,
    report_findings,
    kpi_findings,
    forecast_findings,
    reaching_findings,
)


def findings(playbook: Playbook) -> list[Finding]:
    """Everything wrong (error), doubtful (warning) or worth knowing (note), in reading order."""
    found: list[Finding] = []
    for check in CHECKS:
        found += check(playbook)
    return by_line(found)
