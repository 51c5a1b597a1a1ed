"""When an agreement is in force, and what refuses to work without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from rounds.actions.deals import data_gate
from rounds.actions.market import accounts
from rounds.actions.trust import agreements
from rounds.kit.clock import now
from rounds.models import AuditEntry, Baa
from rounds.playbook import default
from rounds.rules import agreements as rules
from rounds.rules.keeping import cutoff

DAY = date(2026, 11, 22)
pytestmark = pytest.mark.req("LEGAL-03")


@dataclass(frozen=True)
class Paper:
    signed_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    ended_on: date | None = None


def d(days: int) -> date:
    return DAY + timedelta(days=days)


class TestWhetherItHolds:
    @pytest.mark.parametrize(
        ("paper", "holds"),
        [
            (Paper(), False),
            (Paper(effective_on=d(-1)), False),
            (Paper(signed_on=d(0)), True),
            (Paper(signed_on=d(1)), False),
            (Paper(signed_on=d(-9), effective_on=d(0)), True),
            (Paper(signed_on=d(-9), effective_on=d(1)), False),
            (Paper(signed_on=d(-9), effective_on=d(-9), expires_on=d(0)), True),
            (Paper(signed_on=d(-9), effective_on=d(-9), expires_on=d(-1)), False),
            (Paper(signed_on=d(-9), effective_on=d(-9), ended_on=d(0)), True),
            (Paper(signed_on=d(-9), effective_on=d(-9), expires_on=d(99), ended_on=d(-1)), False),
            (Paper(signed_on=d(0), effective_on=d(-30)), True),
        ],
    )
    def test_all_days_count_whole(self, paper, holds):
        assert rules.holds(paper, DAY) is holds

    days = st.none() | st.integers(-40, 40).map(d)

    @given(st.builds(Paper, days, days, days, days))
    def test_the_word_and_the_verdict_agree(self, paper):
        stands = rules.standing(paper, DAY, 30)
        assert stands.holds == rules.holds(paper, DAY)
        if stands.word == "ending":
            assert 0 <= stands.days <= 30

    def test_of_several_the_one_that_holds_longest_speaks(self):
        short, long, endless = Paper(d(-9), expires_on=d(3)), Paper(d(-9), expires_on=d(90)), Paper(d(-9))
        assert rules.effective([short, long], DAY) is long
        assert rules.effective([short, endless, long], DAY) is endless
        assert rules.effective([Paper()], DAY) is None

    def test_the_day_is_the_workspaces_own(self, db):
        assert agreements.day(datetime(2026, 11, 22, 3, tzinfo=UTC)) == date(2026, 11, 21), "it is still yesterday in New York"


class TestTheRegister:
    @pytest.fixture
    def customer(self, cast):
        account = accounts.add(name="Osprey Sound", level="system", state="NY", by=cast.admin.actor, at=now())
        return account, agreements.add("", "customer", account=account, by=cast.compliance.actor, at=now())

    def test_patient_data_stays_out_until_one_is_signed_and_after_its_last_day(self, cast, customer):
        (account, party), said = customer, {"by": cast.compliance.actor, "at": now()}
        with pytest.raises(data_gate.NoBaaInForce, match="stays shut for Osprey Sound: no BAA is written down") as refused:
            data_gate.need_baa(account, now())
        assert refused.value.status == 409
        today = agreements.day(now())
        baa = agreements.draft(party, "2026-1", expires_on=today + timedelta(days=20), **said)
        with pytest.raises(data_gate.NoBaaInForce):
            data_gate.need_baa(account, now())
        agreements.sign(baa, today, **said)
        assert data_gate.need_baa(account, now()).baa == baa
        assert [days for _, days in agreements.ending(now())] == [20]
        assert agreements.effective(account, today + timedelta(days=20)) == baa
        assert agreements.effective(account, today + timedelta(days=21)) is None
        agreements.terminate(Baa.objects.get(pk=baa.pk), today, why="They left", **said)
        assert agreements.effective(party, today) is not None
        assert agreements.effective(party, today + timedelta(days=1)) is None
        verbs = ["counterparty.add", "baa.draft", "baa.sign", "baa.end"]
        assert [verb for verb in AuditEntry.objects.order_by("at", "id").values_list("verb", flat=True) if verb in verbs] == verbs

    def test_what_cannot_be_written_down(self, cast, customer):
        _, party = customer
        said = {"by": cast.compliance.actor, "at": now()}
        baa = agreements.draft(party, "2026-1", **said)
        for deed in (
            lambda: agreements.draft(party, "2026-1", **said),
            lambda: agreements.draft(party, "2026-2", effective_on=DAY, expires_on=DAY - timedelta(days=1), **said),
            lambda: agreements.sign(baa, agreements.day(now()) + timedelta(days=1), **said),
            lambda: agreements.terminate(baa, DAY, why=" ", **said),
            lambda: agreements.add("Vendor", "customer", **said),
        ):
            with pytest.raises(agreements.AgreementRefused):
                deed()

    def test_the_days_of_a_signed_one_are_not_rewritten_by_sql_either(self, cast, customer):
        _, party = customer
        said = {"by": cast.compliance.actor, "at": now()}
        baa = agreements.sign(agreements.draft(party, "2026-1", **said), agreements.day(now()), **said)
        for change in ({"expires_on": date(2020, 1, 1)}, {"signed_on": date(2010, 1, 1)}, {"ended_on": date(2010, 1, 1)}):
            with pytest.raises(DatabaseError, match="agreement"), transaction.atomic():
                Baa.objects.filter(pk=baa.pk).update(**change)


@pytest.mark.req("COMPL-04")
@pytest.mark.parametrize(
    ("code", "at", "before"),
    [
        ("audit_trail", datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2022, 2, 28, 12, tzinfo=UTC)),
        ("leads", datetime(2026, 1, 31, tzinfo=UTC), datetime(2024, 1, 31, tzinfo=UTC)),
        ("links", datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 1, 30, tzinfo=UTC)),
    ],
)
def test_months_are_the_calendars(code, at, before):
    assert cutoff(default().retention.rules[code], at) == before


def test_what_is_kept_for_good_never_comes_due():
    assert cutoff(default().retention.rules["chain"], now()) is None
