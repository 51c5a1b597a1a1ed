"""A run of the checks as the worker makes it: the chains are counted, what is due too, and the run is kept for good."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.utils import DatabaseError

from rounds.access.sight import system_sight
from rounds.jobs.checks import check
from rounds.models import AuditEntry, CheckRun

pytestmark = pytest.mark.req("COMPL-07")


def outcomes(run: CheckRun) -> dict[str, str]:
    return {one["check"]: one["outcome"] for one in run.results}


def test_a_run_is_kept_as_evidence_and_names_what_fails(world):
    run = check(str(world.cast.compliance.id))
    assert run.by_name == world.cast.compliance.name
    found = outcomes(run)
    assert (found["audit_chain"], found["audit_reads"], found["evidence_roles"], found["encryption_at_rest"]) == ("pass",) * 4
    assert (run.passed, run.failed, run.unknown) == tuple(list(found.values()).count(word) for word in ("pass", "fail", "unknown"))
    with system_sight():
        noted = AuditEntry.objects.get(verb="checks.run")
        assert noted.detail["failed"] == [code for code, word in found.items() if word == "fail"]
    for change in (lambda: CheckRun.objects.update(compliant=True), lambda: CheckRun.objects.all().delete()):
        with pytest.raises(DatabaseError, match="permission denied"), system_sight():
            change()


@pytest.mark.req("PLUS-33")
def test_an_entry_that_somebody_altered_makes_the_house_not_compliant(world):
    from rounds.analytics.trust import standing

    world.entry(timedelta(days=1), detail={"n": 1})
    world.owner.execute("UPDATE rounds_auditentry SET detail = '{\"n\": 2}' WHERE verb = 'test.deed'")
    run = check()
    assert outcomes(run)["audit_chain"] == "fail"
    assert not run.compliant
    assert standing.sentence(run, 95).startswith("Not compliant today: the write chain does not verify")
    assert standing.opened(run)[0]["check"] == "audit_chain"


def test_a_lead_kept_too_long_is_found_and_after_a_run_it_is_not(world):
    from rounds.jobs.retention import retain

    world.lead("Old Meridian", timedelta(days=3 * 365))
    assert outcomes(check())["retention_overdue"] == "fail"
    retain()
    found = outcomes(check())
    assert (found["retention_overdue"], found["retention_ran"]) == ("pass", "pass")


def test_a_plain_value_in_a_sealed_column_is_found(world):
    lead = world.lead("Paula Plain", timedelta(days=1), phone="555 0100")
    world.owner.execute("ALTER TABLE rounds_lead DROP CONSTRAINT IF EXISTS rounds_lead_phone_sealed")
    world.owner.execute("UPDATE rounds_lead SET phone = '555 0100' WHERE id = %s", [lead.id])
    run = check()
    assert outcomes(run)["encryption_at_rest"] == "fail"
    assert not run.compliant
