"""The checks say what is so: a fault that is planted is found, and what nobody can know is unknown, never met."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.trust import agreements
from rounds.analytics.trust import checks, standing
from rounds.jobs import retention as nightly
from rounds.kit.clock import frozen_at, now
from rounds.models import ApiToken, AuditEntry, Batch, CheckRun, Quarantine, Session, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.playbook import default
from rounds.playbook.loader import PlaybookRefused, load

pytestmark = pytest.mark.req("COMPL-07")
HOLDS = {chain: {"holds": True, "links": 5, "broken_at": None, "unsealed": 0} for chain in ("write", "read")}


@pytest.fixture
def look(cast):
    """`look(**said)`: a look at this database, now; both chains were counted and hold."""
    return lambda **said: checks.Look(now(), active().playbook, **{"chains": HOLDS, **said})


def outcome(code, look):
    return checks.CHECKS[code](look).outcome


def test_every_check_of_the_playbook_is_one_we_have(look):
    assert set(default().checks.checks) == set(checks.CHECKS)


class TestPlantedFaults:
    def test_a_chain_that_breaks(self, look):
        broken = {"write": {"holds": False, "links": 5, "broken_at": 3, "unsealed": 0}}
        assert [outcome("audit_chain", look()), outcome("audit_chain", look(chains=broken)), outcome("audit_chain", look(chains={}))] == [
            "pass", "fail", "unknown"]  # fmt: skip

    @pytest.mark.req("COMPL-12")
    def test_somebody_with_patient_data_and_no_agreement(self, look, cast):
        assert outcome("baa_coverage", look()) == "unknown", "an empty register is nobody's word"
        party = agreements.add("Tessel", "vendor", by=cast.compliance.actor, at=now())
        found = checks.CHECKS["baa_coverage"](look())
        assert (found.outcome, found.evidence["without"]) == ("fail", [{"id": str(party.id), "name": "Tessel"}])
        said = {"by": cast.compliance.actor, "at": now()}
        today = agreements.day(now())
        agreements.sign(agreements.draft(party, "1", expires_on=today + timedelta(days=20), **said), today, **said)
        assert outcome("baa_coverage", look()) == "pass"
        assert outcome("baa_ending", look()) == "fail"
        agreements.sign(agreements.draft(party, "2", expires_on=today + timedelta(days=400), **said), today, **said)
        assert outcome("baa_ending", look()) == "pass"

    def test_somebody_who_left_and_is_still_logged_in(self, look, cast):
        assert outcome("gone_people", look()) == "pass"
        Session.objects.create(cookie_digest="x", session_data="", user=cast.owner, began_at=now(), seen_at=now(),
                               expire_date=now() + timedelta(hours=1))  # fmt: skip
        User.objects.filter(pk=cast.owner.pk).update(is_active=False)
        assert outcome("gone_people", look()) == "fail"

    def test_second_factors_that_are_missing(self, look, cast, settings):
        settings.SECOND_FACTOR_ASKED = True
        found = checks.CHECKS["second_factor"](look())
        assert found.outcome == "fail"
        assert found.evidence["with_one"] == 0

    def test_a_token_nobody_uses(self, look, cast):
        said = signature(cast.admin.actor, now() - timedelta(days=100))
        ApiToken.objects.create(name="t", user=cast.admin, prefix="r", digest=b"1" * 32, expires_at=now() + timedelta(days=9), **said)
        assert outcome("tokens", look()) == "fail"

    def test_a_large_file_without_a_reason(self, look, cast):
        entry = {"chain": "read", "verb": "leads.export", **signature(cast.owner.actor, now())}
        AuditEntry.objects.create(detail={"rows": 900, "reason": "Board"}, **entry)
        assert outcome("data_sharing", look()) == "pass"
        AuditEntry.objects.create(detail={"rows": 900}, **entry)
        assert outcome("data_sharing", look()) == "fail"

    def test_a_text_held_too_long(self, look, cast):
        Quarantine.objects.create(door="page", **signature(cast.owner.actor, now() - timedelta(days=8)))
        assert outcome("held_texts", look()) == "fail"

    def test_retention_that_did_not_run_or_left_something(self, look, cast):
        assert outcome("retention_ran", look()) == "unknown"
        batch = Batch.objects.create(kind="retention", finished_at=now() - timedelta(hours=50), **signature(cast.admin.actor, now()))
        assert outcome("retention_ran", look()) == "fail"
        Batch.objects.filter(pk=batch.pk).update(finished_at=now())
        assert outcome("retention_ran", look()) == "pass"
        assert outcome("retention_overdue", look(due={"leads": {"due": 3, "held": 0, "overdue": True}})) == "fail"
        assert outcome("retention_overdue", look(due={"leads": {"due": 0, "held": 3, "overdue": False}})) == "pass"

    def test_sealed_columns_hold_nothing_in_the_clear(self, look, cast):
        found = checks.CHECKS["encryption_at_rest"](look())
        assert found.outcome == "pass"
        assert found.evidence["columns"] >= 5

    def test_evidence_is_out_of_reach_of_the_run_time_roles(self, look):
        assert outcome("evidence_roles", look()) == "pass"

    def test_weaker_limits_than_shipped(self, look):
        files = dict(default().files)
        name = "access/sign_in.yaml"
        long = load(files | {name: files[name].replace("absolute: {value: 12,", "absolute: {value: 24,")})
        assert checks.CHECKS["session_limits"](checks.Look(now(), long)).outcome == "fail"
        assert outcome("session_limits", look()) == "pass"

    @pytest.mark.parametrize("code", ["access_reviews", "breach_readiness", "unauthorised_access", "backups"])
    def test_what_is_still_to_come_is_unknown(self, look, code):
        assert outcome(code, look()) == "unknown"


@pytest.mark.req("PLUS-33", "COMPL-10")
class TestTheSentence:
    def run_of(self, **outcomes):
        book = default().checks.checks
        results = [{"check": code, "title": check.title, "group": check.group, "severity": check.severity, "stops": check.stops,
                    "rule": check.rule, "outcome": outcomes.get(code, "pass"), "says": "The audit chain does not verify. Link 3.",
                    "evidence": {}, "mend": "", "mend_word": ""} for code, check in book.items()]  # fmt: skip
        count = [sum(one["outcome"] == word for one in results) for word in ("pass", "fail", "unknown")]
        return CheckRun(results=results, passed=count[0], failed=count[1], unknown=count[2],
                        compliant=checks.compliant(results))  # fmt: skip

    def test_one_failing_stop_is_not_compliant_whatever_the_rate(self):
        run = self.run_of(audit_chain="fail")
        assert standing.rate(run) > 0.95
        assert not run.compliant
        assert standing.sentence(run, 95) == "Not compliant today: the audit chain does not verify"

    def test_an_open_critical_comes_before_the_rate(self):
        run = self.run_of(gone_people="fail")
        assert not run.compliant
        assert standing.sentence(run, 95).startswith("1 critical is open")

    def test_unknown_never_counts_as_held(self):
        run = self.run_of(backups="unknown", breach_readiness="unknown")
        assert run.compliant
        assert standing.rate(run) == 27 / 29
        assert standing.sentence(run, 95) == "No critical is open: 27 of 29 checks hold, 2 unknown; the target is 95 %"
        assert not self.run_of(audit_chain="unknown").compliant
        assert standing.sentence(self.run_of(audit_chain="unknown"), 95).startswith("Not known to be compliant")

    def test_all_that_holds_says_so_without_the_word_certified(self):
        assert standing.sentence(self.run_of(), 95) == "No critical is open: 29 of 29 checks hold"

    def test_the_checks_that_stop_cannot_be_switched_off(self):
        files = dict(default().files)
        name = "trust/checks.yaml"
        for text in (files[name].replace("severity: critical, stops: true, rule: \"164.504(e)\"", "severity: low, rule: \"164.504(e)\""),
                     "\n".join(line for line in files[name].splitlines() if "audit_chain:" not in line)):  # fmt: skip
            with pytest.raises(PlaybookRefused):
                load(files | {name: text})


def test_a_check_that_breaks_is_unknown_and_stops_no_other(cast, look, monkeypatch):
    monkeypatch.setitem(checks.CHECKS, "tokens", lambda look: 1 / 0)
    found = checks.run(look())
    broken = next(one for one in found["results"] if one["check"] == "tokens")
    assert broken["outcome"] == "unknown"
    assert "ZeroDivisionError" in broken["says"]


def test_the_night_begins_by_the_workspaces_clock_and_asks_once(cast):
    from datetime import UTC, datetime

    assert nightly.last_night(datetime(2026, 11, 22, 7, 14, tzinfo=UTC)) == datetime(2026, 11, 21, 7, 15, tzinfo=UTC)
    assert nightly.last_night(datetime(2026, 11, 22, 7, 15, tzinfo=UTC)) == datetime(2026, 11, 22, 7, 15, tzinfo=UTC)
    with frozen_at(now()):
        assert nightly.ask_nightly() == 6, "retention, checks, the search for duplicates, the tending of leads, ends that are told, what the forecast learns"
        assert nightly.ask_nightly() == 0, "all wait in the queue already"
